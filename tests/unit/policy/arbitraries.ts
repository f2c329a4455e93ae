// Random policies and requests out of a few words, so that they meet often, in every field and form of the language.

import fc from "fast-check";
import type { PolicyRequest } from "./engine.js";
import { OPERATION_KEYS, SOURCE_KEYS, type Policy, type Rule } from "./native-semantics.js";

const WORDS = ["a", "ab", "b", "ba", "abc", "x/y", "a.b", "é", "a b"];
const word = fc.constantFrom(...WORDS);
const listOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: 1, maxLength: 4 });

/** `*`, `*w`, `w*`, `*w*` and texts that are almost these. */
const pattern = fc.oneof(
  word,
  word.map((w) => `*${w}`),
  word.map((w) => `${w}*`),
  fc.constantFrom("*", "**", "a*b", "*a*", "a\nb"),
);
const issuer = fc.constantFrom("i", "i/", "https://i/x", "j", "ij", "");
const subject = fc.constantFrom("a", "ab", "b/a", "", "a\nb", "*");
const requestPrincipal = fc
  .oneof(
    fc.tuple(issuer, subject).map(([i, s]) => `${i}/${s}`),
    fc.tuple(issuer, subject).map(([i, s]) => `${i}/${s}*`),
    fc.tuple(issuer, subject).map(([i, s]) => `*${i}/${s}`),
    fc.constantFrom("*", "*/*", "*/a", "*a", "i*", "i/*", "i//*", "**", "i", "/", "/a"),
  )
  .filter((text) => text !== "");
const template = fc
  .array(fc.constantFrom("a", "ab", "{*}", "b:c", ""), { minLength: 1, maxLength: 3 })
  .chain((segments) =>
    fc
      .constantFrom("", "/{**}", "/{**}/a", "/{**}/ab/b")
      .map((rest) => `/${segments.filter((s) => s !== "").join("/")}${rest}`.replace(/^\/\//, "/")),
  );
const path = fc.oneof(
  pattern.filter((text) => !text.includes("{")),
  template,
  template.map((t) => `${t}/`),
);
const trustDomain = fc.constantFrom("td", "td2", "other", "t*", "*d", "*", "*2");
const spiffe = fc
  .tuple(fc.constantFrom("td", "td2", "other", "a/b"), word, word)
  .map(([domain, ns, account]) => `${domain}/ns/${ns}/sa/${account}`);
const principal = fc.oneof(
  spiffe,
  spiffe.map((s) => `${s.slice(0, -1)}*`),
  spiffe.map((s) => `*${s.slice(2)}`),
  pattern,
);
const namespace = fc.oneof(word, pattern, fc.constantFrom("a*b*c", "*b", "/ns/"));
const serviceAccount = fc.constantFrom("a", "b", "ab", "a/a", "ab/b", "b/abc", "a.b/a");
const range = fc.constantFrom(
  ...[
    "10.0.0.0/8",
    "10.1.2.3",
    "10.1.0.0/16",
    "0.0.0.0/0",
    "10.1.2.2/31",
    "::/0",
    "fd00::/8",
    "fd00::1",
    "fd00::/121",
  ],
);
const port = fc.constantFrom("80", "8080", "0", "65535", "080");

const FIELD_VALUES: Record<string, fc.Arbitrary<string>> = {
  principals: principal,
  requestPrincipals: requestPrincipal,
  namespaces: namespace,
  serviceAccounts: serviceAccount,
  trustDomains: trustDomain,
  ipBlocks: range,
  remoteIpBlocks: range,
  hosts: fc.oneof(pattern, fc.constantFrom("Example.com", "*.EXAMPLE.com", "example.*")),
  ports: port,
  methods: fc.constantFrom("GET", "POST", "P*", "*T", "*", "get"),
  paths: path,
};

/** One to three of the fields, each with its plain or its negative name, or both. */
function clause(keys: Record<string, string>): fc.Arbitrary<Record<string, string[]>> {
  const field = fc
    .constantFrom(...Object.keys(keys))
    .chain((name) =>
      fc
        .tuple(listOf(FIELD_VALUES[name]!), fc.boolean())
        .map(([values, negative]): [string, string[]] => [
          negative ? `not${name[0]!.toUpperCase()}${name.slice(1)}` : name,
          values,
        ]),
    );
  return fc
    .array(field, { minLength: 1, maxLength: 3 })
    .map((fields) => Object.fromEntries(fields))
    .filter(
      (fields) =>
        !Object.keys(fields).some((name) => /serviceAccounts/i.test(name)) ||
        !Object.keys(fields).some((name) => /^(notP|p)rincipals|^(notN|n)amespaces/.test(name)),
    );
}

const CONDITION_VALUES: [key: string, values: fc.Arbitrary<string>][] = [
  ["request.auth.principal", requestPrincipal],
  ["request.auth.audiences", pattern],
  ["request.auth.presenter", pattern],
  ["request.auth.claims[scope]", pattern],
  ["request.auth.claims[c]", pattern],
  ["request.auth.claims[aud]", pattern],
  ["request.auth.claims[c][d]", pattern],
  ["request.auth.claims[c][d][e]", pattern],
  ["request.auth.claims[iss]", pattern],
  ["request.headers[X-A]", pattern],
  ["request.headers[x-b]", pattern],
  ["source.ip", range],
  ["remote.ip", range],
  ["destination.ip", range],
  ["destination.port", port],
  ["connection.sni", pattern],
  ["source.principal", principal],
  ["source.namespace", namespace],
  ["source.serviceAccount", serviceAccount],
  ["source.trustDomain", trustDomain],
];
const when = fc.constantFrom(...CONDITION_VALUES).chain(([key, value]) =>
  fc
    .record({
      values: fc.option(listOf(value), { nil: [] }),
      notValues: fc.option(listOf(value), { nil: [] }),
    })
    .filter(({ values, notValues }) => values.length + notValues.length > 0)
    .map((lists) => ({ key, ...lists })),
);

const rule: fc.Arbitrary<Rule> = fc.record(
  {
    from: fc.array(
      clause(SOURCE_KEYS).map((source) => ({ source })),
      { minLength: 1, maxLength: 3 },
    ),
    to: fc.array(
      clause(OPERATION_KEYS).map((operation) => ({ operation })),
      { minLength: 1, maxLength: 3 },
    ),
    when: fc.array(when, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** `most` policies at most; names in no order. */
export function policies(most: number): fc.Arbitrary<Policy[]> {
  const policy = fc.record({
    action: fc.constantFrom("ALLOW", "DENY", "AUDIT"),
    dryRun: fc.boolean(),
    namespace: fc.constantFrom("a", "b", "ab"),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  });
  return fc
    .array(policy, { minLength: 1, maxLength: most })
    .map((list) => list.map((p, i): Policy => ({ ...p, name: `p${(i * 7) % list.length}-${i}` })));
}

const text = fc.oneof(word, fc.constantFrom("", "*", "xab", "abx", "a\nb", "A", "a  b ab"));
const claim = fc.oneof(
  text,
  fc.array(fc.oneof(text, fc.constantFrom(5, null, true, ["a"], { d: "a" })), { maxLength: 3 }),
  fc.record({ d: fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.record({ e: text })) }),
  fc.constantFrom(5, null, true),
);
const claims = fc.record(
  {
    iss: fc.oneof(issuer, claim),
    sub: fc.oneof(subject, claim),
    aud: claim,
    azp: claim,
    scope: claim,
    c: claim,
    other: claim,
  },
  { requiredKeys: [] },
);
const address = fc.constantFrom(
  "10.1.2.3:80",
  "10.1.2.3",
  "10.9.9.9:0",
  "[fd00::1]:443",
  "fd00::7f",
  "192.0.2.1:1",
  "/tmp/x",
);
const pathText = fc
  .tuple(
    fc.array(fc.constantFrom("a", "ab", "b:c", "", "b=c", "é"), { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "?a", "#a", "/"),
  )
  .map(([segments, rest]) => `/${segments.join("/")}${rest}`);
const peerName = fc.oneof(
  spiffe.map((name) => `spiffe://${name}`),
  spiffe.map((name) => `spiffe://${name}/more`),
  fc.tuple(word, word, word).map(([a, b, c]) => `spiffe://td/k/${a}/ns/${b}/k/v/sa/${c}`),
  text,
);

export const request: fc.Arbitrary<PolicyRequest> = fc
  .record(
    {
      method: fc.constantFrom("GET", "POST", "PUT", "get"),
      path: fc.oneof(pathText, text),
      host: fc.oneof(text, fc.constantFrom("example.com", "EXAMPLE.COM", "a.example.com", "example.com:80")),
      a: fc.array(text, { maxLength: 3 }),
      b: fc.array(text, { maxLength: 2 }),
      claims,
      spaceDelimitedClaims: fc.constantFrom(["scope"], ["scope", "permission", "c"], ["sub"], []),
      destinationPort: fc.constantFrom(80, 8080, 0, 65535),
      destinationAddress: address,
      remoteAddress: address,
      directRemoteAddress: address,
      serverName: text,
      peerNames: fc.array(peerName, { maxLength: 3 }),
    },
    { requiredKeys: ["method", "path", "host", "a", "b", "spaceDelimitedClaims"] },
  )
  .map(({ method, path: url, host, a, b, ...others }): PolicyRequest => ({
    ...(others as object),
    headers: [
      [":method", method],
      [":path", url],
      [":authority", host],
      ...a.map((value): [string, string] => ["x-a", value]),
      ...b.map((value): [string, string] => ["x-b", value]),
    ],
  }));
