// Requests drawn at random for a policy, mostly out of the words of that policy, so that its conditions are met half of the time.
import fc from "fast-check";
import type { Header, RequestSpec } from "../compared/exchange.js";
import type { KeyName } from "../keys/keys.js";
import type { Policy } from "../policy.js";
import { defaultIssuer, type Edit, type TokenSpec } from "../token.js";

/** What a policy talks about, by subject. */
interface Vocabulary {
  readonly issuers: readonly string[];
  readonly values: readonly string[];
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly claims: readonly (readonly string[])[];
  readonly locations: readonly Location[];
}

type Location =
  | { readonly kind: "header"; readonly name: string; readonly prefix: string }
  | { readonly kind: "parameter" | "cookie"; readonly name: string };

interface Rule {
  readonly issuer?: string;
  readonly fromHeaders?: readonly { name: string; prefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly outputPayloadToHeader?: string;
  readonly outputClaimToHeaders?: readonly { header: string; claim: string }[];
}

/** Requests for a policy. */
export function requestArbitrary(policy: Policy): fc.Arbitrary<RequestSpec> {
  const words = vocabulary(policy);
  const token = tokenArbitrary(words);
  return fc
    .record({
      method: fc.constantFrom(...words.methods, "GET", "POST", "OPTIONS", "HEAD"),
      path: fc.constantFrom(...words.paths, "/", "/other"),
      query: fc.constantFrom("", "", "", "?x=1", "?b=2&a=1", "?y=%41&x=%2B", "?"),
      authority: fc.constantFrom(...words.hosts, "example.com", "example.com:8080"),
      tokens: fc.array(fc.record({ token, location: fc.constantFrom(...words.locations) }), { maxLength: 2 }),
      lines: fc.array(
        fc.tuple(
          fc.constantFrom(...words.headers, "x-other"),
          fc.constantFrom(...words.values, "", "a,b", "other"),
        ),
        {
          maxLength: 3,
        },
      ),
      preflight: fc.constantFrom(false, false, false, true),
      forwarded: fc.option(
        fc.constantFrom("10.1.2.3", "192.0.2.200", "10.1.2.3, 192.0.2.1", "2001:db8::1", "127.0.0.1", "junk"),
      ),
    })
    .map(({ method, path, query, authority, tokens, lines, preflight, forwarded }): RequestSpec => {
      const headers: Header[] = [...lines];
      const specs: Record<string, TokenSpec> = {};
      let parameters = query;
      tokens.forEach((one, i) => {
        const name = `t${i}`;
        specs[name] = one.token;
        if (one.location.kind === "header")
          headers.push([one.location.name, `${one.location.prefix}<<${name}>>`]);
        else if (one.location.kind === "cookie") headers.push(["cookie", `${one.location.name}=<<${name}>>`]);
        else parameters += `${parameters === "" ? "?" : "&"}${one.location.name}=<<${name}>>`;
      });
      if (preflight) headers.push(["origin", "https://app"], ["access-control-request-method", "GET"]);
      if (forwarded !== null) headers.push(["x-forwarded-for", forwarded]);
      return { method, path: path + parameters, authority, headers, tokens: specs };
    });
}

const signers: readonly KeyName[] = [
  "rsa",
  "rsa",
  "rsa",
  "ec256",
  "ec384",
  "ed25519",
  "oct",
  "rsaOther",
  "ec256Other",
];

const claimValues = (words: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 3, arbitrary: fc.array(fc.constantFrom<unknown>(...words, 5, null, true), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((list) => list.join(" ")),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(0, 5, -1, 1.5, 1e21, true, false, null, "", {}, [], {
        a: "b",
        c: [1],
      }),
    },
  );

function nest(path: readonly string[], value: unknown): Record<string, unknown> {
  const [first = "", ...rest] = path;
  return { [first]: rest.length === 0 ? value : nest(rest, value) };
}

function tokenArbitrary(words: Vocabulary): fc.Arbitrary<TokenSpec> {
  const claims = fc
    .array(fc.tuple(fc.constantFrom(...words.claims), claimValues(words.values)), { maxLength: 4 })
    .map(
      (list) =>
        Object.assign({}, ...list.map(([path, value]) => nest(path, value))) as Record<string, unknown>,
    );
  const text = (name: string, values: readonly string[]) =>
    fc.constantFrom(...values).map((value): Record<string, unknown> => ({ [name]: value }));
  const edits = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Edit[]>([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Edit[]>(
        [{ segment: 2, flip: 5 }],
        [{ segment: 2, keep: 20 }],
        [{ segment: 2, text: "" }],
        [{ segment: 0, text: "e30" }],
        [{ segment: 1, text: "e30" }],
        [{ segment: 1, text: "W10" }],
        [{ segment: 2, insert: "..", at: 10_000 }],
        [{ segment: 0, insert: "!", at: 3 }],
      ),
    },
  );
  return fc
    .record({
      key: fc.constantFrom(...signers),
      issuer: text("iss", words.issuers),
      subject: text("sub", [...words.values, "alice", ""]),
      audience: fc.option(claimValues(words.values), { freq: 2 }),
      claims,
      time: fc.constantFrom<Record<string, unknown>>(
        {},
        {},
        {},
        {},
        {},
        { exp: "@now-600" },
        { nbf: "@now+600" },
        { exp: 0 },
        { exp: null },
      ),
      header: fc.constantFrom<Record<string, unknown>>(
        {},
        {},
        {},
        {},
        {},
        {},
        { kid: "other" },
        { alg: "none" },
        { alg: "HS256" },
        { kid: 1 },
      ),
      without: fc.constantFrom<readonly string[]>([], [], [], [], ["kid"], ["sub"], ["iss"], ["exp"]),
      edits,
    })
    .map(({ key, issuer, subject, audience, claims: own, time, header, without, edits: list }): TokenSpec => {
      const lie = header["alg"] === undefined ? {} : { signAs: key.startsWith("rsa") ? "RS256" : "ES256" };
      return {
        key,
        claims: { ...own, ...issuer, ...subject, ...(audience === null ? {} : { aud: audience }), ...time },
        header,
        without,
        edits: list,
        ...lie,
      };
    });
}

function vocabulary(policy: Policy): Vocabulary {
  const rules = (policy.config.requestAuthentications ?? []).flatMap(
    (one) => (one["jwtRules"] ?? []) as unknown as Rule[],
  );
  const text = JSON.stringify(policy.config.authorizationPolicies ?? []);
  const values = new Set<string>();
  collect(policy.config.authorizationPolicies ?? [], values);
  for (const rule of rules)
    for (const audience of (rule as { audiences?: string[] }).audiences ?? []) values.add(audience);
  const words = [...values].flatMap(variants).filter((word) => /^[\x20-\x7e]*$/.test(word));
  const claims = [...text.matchAll(/request\.auth\.claims((?:\[[^\]]+\])+)/g)].map((match) =>
    [...match[1]!.matchAll(/\[([^\]]+)\]/g)].map((step) => step[1]!),
  );
  const outputs = rules.flatMap((rule) =>
    (rule.outputClaimToHeaders ?? []).map((one) => one.claim.split(".")),
  );
  const named = [...text.matchAll(/request\.headers\[([^\]]+)\]/g)].map((match) => match[1]!);
  const tokenHeaders = rules.flatMap((rule) => [
    ...(rule.outputPayloadToHeader === undefined ? [] : [rule.outputPayloadToHeader]),
    ...(rule.outputClaimToHeaders ?? []).map((one) => one.header),
  ]);
  return {
    issuers: [
      ...rules.map((rule) => rule.issuer ?? ""),
      ...words.filter((word) => word.includes("/")).map((word) => word.slice(0, word.lastIndexOf("/"))),
      defaultIssuer,
      "nobody",
    ],
    values: [...words.map((word) => word.slice(word.lastIndexOf("/") + 1)), ...words, "a", "b"],
    paths: words
      .filter((word) => /^\/[!-~]*$/.test(word) && !/[{}<>"\\]/.test(word))
      .flatMap((word) => [word, `${word}/x`]),
    hosts: words.filter((word) => /^[A-Za-z0-9.:[\]-]+$/.test(word)),
    methods: words.filter((word) => /^[A-Z]{3,7}$/.test(word) && word !== "CONNECT"),
    headers: [...named, ...tokenHeaders].filter(
      (name) =>
        /^[A-Za-z][\w-]*$/.test(name) &&
        !/^(host|content-length|transfer-encoding|connection|te|cookie)$/i.test(name),
    ),
    claims: [...claims, ...outputs, ["scope"], ["c"], ["azp"]].filter((path) => path[0] !== ""),
    locations: rules.length === 0 ? [bearerHeader] : rules.flatMap(locationsOf),
  };
}

const bearerHeader: Location = { kind: "header", name: "authorization", prefix: "Bearer " };

function locationsOf(rule: Rule): Location[] {
  const list: Location[] = [
    ...(rule.fromHeaders ?? []).map(({ name, prefix }): Location => ({
      kind: "header",
      name,
      prefix: prefix ?? "",
    })),
    ...(rule.fromParams ?? []).map((name): Location => ({ kind: "parameter", name })),
    ...(rule.fromCookies ?? []).map((name): Location => ({ kind: "cookie", name })),
  ];
  return list.length > 0 ? list : [bearerHeader, bearerHeader, { kind: "parameter", name: "access_token" }];
}

/** All strings in lists: the values of conditions. */
function collect(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === "string") into.add(item);
      else collect(item, into);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) collect(member, into);
  }
}

/** A value of a condition, and what it might match. */
function variants(value: string): string[] {
  const filled = value.replace(/\{\*\*?\}/g, "seg").replace(/^\*|\*$/g, "");
  return [...new Set([value, filled, `${filled}x`, `x${filled}`, filled.toUpperCase()])];
}
