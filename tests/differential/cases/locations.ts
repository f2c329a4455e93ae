// Where a token may sit: header prefixes, parameters, cookies, and what is left of the request once it is taken out.
import { cross, type Case, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { each, headers, withHeader } from "../requests.js";
import type { TokenSpec } from "../token.js";

const subject = [{ header: "x-sub", claim: "sub" }];

function policy(name: string, rule: JsonObject): Policy {
  return {
    name: `locations/${name}`,
    config: requestAuthentication({ outputClaimToHeaders: subject, ...rule }),
  };
}

/** T and U are good tokens of two subjects, E has expired, J is signed by nobody. */
const tokens: Record<string, TokenSpec> = {
  T: {},
  U: { claims: { sub: "u" } },
  E: { claims: { exp: "@now-600" } },
  J: { edits: [{ segment: 2, flip: 7 }] },
};

/** `$T` stands for the token T. */
const fill = (text: string) => text.replace(/\$([TUEJ])/g, "<<$1>>");

/** Values that a header may have around a token, `PREFIX` being the policy's. */
const headerValues = [
  "PREFIX$T",
  "PREFIX $T",
  "PREFIX\t$T",
  "PREFIX$T ",
  " PREFIX$T",
  "xPREFIX$T",
  "x PREFIX$T",
  "Basic abc, PREFIX$T",
  "PREFIX,$T",
  "PREFIX=$T",
  "PREFIX;:!$T",
  'PREFIX"$T"',
  'PREFIX"$T',
  "PREFIX$T,",
  "PREFIX$T, x",
  "PREFIX$T x",
  "PREFIX$T;a",
  "PREFIX$T,$U",
  "PREFIX$T, PREFIX$U",
  "PREFIX$T=",
  "PREFIX$T==",
  "PREFIX$T===",
  "PREFIX$E",
  "PREFIX$J",
  "PREFIXPREFIX$T",
  "PREFIX",
  "PREFIX ",
  "PREFIX!",
  "PREFIX!!",
  "PREFIX\u00e9",
  "PREFIXa",
  "PREFIX.",
  "PREFIX..",
  "PREFIX-",
  "PREFIXa.b.c",
  "$T",
  "$E",
  "",
  "x",
  "PREFIX%20$T",
] as const;

const prefixes: Record<string, { rule: JsonObject; header: string; prefix: string }> = {
  default: { rule: {}, header: "Authorization", prefix: "Bearer " },
  forwarded: { rule: { forwardOriginalToken: true }, header: "authorization", prefix: "Bearer " },
  none: { rule: { fromHeaders: [{ name: "x-token" }] }, header: "X-Token", prefix: "" },
  blank: { rule: { fromHeaders: [{ name: "X-Token", prefix: "Tok " }] }, header: "x-token", prefix: "Tok " },
  "no-blank": {
    rule: { fromHeaders: [{ name: "x-token", prefix: "Tok" }] },
    header: "x-token",
    prefix: "Tok",
  },
  sign: { rule: { fromHeaders: [{ name: "x-token", prefix: "jwt=" }] }, header: "x-token", prefix: "jwt=" },
  authorization: {
    rule: { fromHeaders: [{ name: "authorization", prefix: "JWT " }] },
    header: "authorization",
    prefix: "JWT ",
  },
  cookie: { rule: { fromHeaders: [{ name: "cookie", prefix: "tok=" }] }, header: "cookie", prefix: "tok=" },
  dots: { rule: { fromHeaders: [{ name: "x-token", prefix: ".." }] }, header: "x-token", prefix: ".." },
};

function prefixCases(): Case[] {
  return Object.entries(prefixes).flatMap(([name, { rule, header, prefix }]) => {
    const values = [
      ...headerValues,
      prefix.toLowerCase() + "$T",
      prefix.toUpperCase() + "$T",
      prefix.trim() + "$T",
    ];
    const requests = each(
      [...new Set(values.map((value) => value.replaceAll("PREFIX", prefix)))],
      (value): RequestSpec => ({ ...withHeader(header, fill(value)), tokens }),
      (value) => `${header}: ${JSON.stringify(value)}`,
    );
    const lines: readonly (readonly string[])[] = [
      ["PREFIX$T", "PREFIX$U"],
      ["PREFIX$T", "x"],
      ["x", "PREFIX$T"],
      ["PREFIX$T", ""],
      ["", "PREFIX$T"],
      ["PREFIX$T", "PREFIX$J"],
      ["PREFIX$J", "PREFIX$T"],
      ["PREFIX$E", "PREFIX$J"],
      ["PREFIX$J", "PREFIX$E"],
      ["PREFIX$T", "PREFIX$T", "PREFIX$U"],
    ];
    const repeated = each(
      lines.map((values) => values.map((value) => value.replaceAll("PREFIX", prefix))),
      (values): RequestSpec => ({
        ...headers(...values.map((value) => [header, fill(value)] as const)),
        tokens,
      }),
      (values) => `${header} lines ${JSON.stringify(values)}`,
    );
    return cross([policy(`prefix-${name}`, rule)], { ...requests, ...repeated, "no such header": {} });
  });
}

function severalPrefixes(): Case[] {
  const policies = [
    policy("prefixes-a-b", {
      fromHeaders: [
        { name: "x-t", prefix: "A " },
        { name: "x-t", prefix: "B " },
      ],
    }),
    policy("prefixes-b-a-none", {
      fromHeaders: [{ name: "x-t", prefix: "B " }, { name: "X-T", prefix: "A " }, { name: "x-t" }],
    }),
    policy("prefixes-nested", {
      fromHeaders: [
        { name: "x-t", prefix: "Tok" },
        { name: "x-t", prefix: "TokTok" },
      ],
    }),
    policy("prefixes-twice", {
      fromHeaders: [
        { name: "x-t", prefix: "A " },
        { name: "x-t", prefix: "A " },
      ],
    }),
    policy("two-headers", {
      fromHeaders: [
        { name: "x-t", prefix: "A " },
        { name: "x-a", prefix: "A " },
      ],
    }),
  ];
  const values = [
    "A $T",
    "B $T",
    "$T",
    "A $T B $U",
    "B $T A $U",
    "A $T,B $U",
    "TokTok $T",
    "Tok $T",
    "A $J B $E",
    "A $E",
  ];
  const one = each(values, (value): RequestSpec => ({ ...withHeader("x-t", fill(value)), tokens }));
  const two = each(
    [
      ["A $T", "B $U"],
      ["B $T", "A $U"],
      ["A $T", "A $U"],
      ["A $T", "x"],
      ["A $E", "A $J"],
    ],
    (lines): RequestSpec => ({ ...headers(...lines.map((line) => ["x-t", fill(line)] as const)), tokens }),
    (lines) => `lines ${lines.join(" | ")}`,
  );
  const both = each(
    [
      ["A $T", "A $U"],
      ["A $T", "A $J"],
      ["A $J", "A $E"],
      ["A $E", "A $J"],
      ["x", "A $T"],
    ],
    ([t, a]): RequestSpec => ({ ...headers(["x-t", fill(t!)], ["x-a", fill(a!)]), tokens }),
    ([t, a]) => `x-t ${t} and x-a ${a}`,
  );
  return cross(policies, { ...one, ...two, ...both });
}

/** Queries that native writes back as they were, but for the token: sorted, nothing to decode. */
const queries = [
  "access_token=$T",
  "access_token=$T&x=1",
  "a=1&access_token=$T",
  "a=1&access_token=$T&x=1",
  "a=1&access_token=$T&access_token=$J&x=1",
  "access_token=$J&access_token=$T",
  "access_token=$T&access_token=$U",
  "%61ccess_token=$T&b=1",
  "access_token=$T%20",
  "access_token=%20$T",
  "access_token=$T%3D%3D",
  "access_token=$T==",
  "access_token=$T%3D",
  "access_token=$T%0a",
  "access_token=$T%00",
  "access_token=$T+",
  "access_token=$E",
  "access_token=$J",
  "access_token=",
  "access_token",
  "access_token=&x=1",
  "access_token=x",
  "access_token=a.b.c",
  "ACCESS_TOKEN=$T",
  "a;access_token=$T",
  "?access_token=$T",
  "access_token=$T;x=1",
  "access_token=$T#fragment",
  "x=access_token=$T",
  "xaccess_token=$T",
  "access_tokenx=$T",
  "b=1&a=2",
  "b=%31",
  "",
] as const;

function parameterCases(): Case[] {
  const policies = [
    policy("param-default", {}),
    policy("param-forwarded", { forwardOriginalToken: true }),
    policy("param-named", { fromParams: ["access_token"] }),
    policy("param-other", { fromParams: ["tok"] }),
    policy("param-upper", { fromParams: ["ACCESS_TOKEN", "a"] }),
  ];
  const requests = each(
    queries,
    (query): RequestSpec => ({ path: `/p?${fill(query)}`, tokens }),
    (query) => `?${query}`,
  );
  return cross(policies, requests);
}

const cookies: readonly (readonly string[])[] = [
  ["tok=$T"],
  ["a=1; tok=$T; z=2"],
  ["a=1;tok=$T;z=2"],
  ['tok="$T"'],
  ['tok="$T'],
  ['tok=$T"'],
  ["tok= $T"],
  ["tok=$T "],
  ["tok=$T;"],
  ["tok=$T; b=$U"],
  ["b=$U; tok=$T"],
  ["tok=$E; b=$J"],
  ["tok=$J; b=$E"],
  ["tok="],
  ['tok=""'],
  ['tok="'],
  ["tok"],
  ["tok;b=$T"],
  ["tok=; tok=$T"],
  ["tok=$T; tok=junk"],
  ["tok=junk; tok=$T"],
  ["a=b", "tok=$T"],
  ["tok=$T", "tok=junk"],
  ["tok=junk", "tok=$T"],
  ["tok=$T", "b=$U"],
  ["TOK=$T"],
  ["tok=$T=="],
  ["tok=x=$T"],
  [" tok=$T"],
  [";tok=$T"],
  [";;; tok=$T"],
  ["a=b,tok=$T"],
  ["tok=%20$T"],
  ['"tok"=$T'],
  ["tok =$T"],
  ["xtok=$T"],
  ["tok=$E"],
  ["tok=$J"],
  [""],
  [";"],
  ["="],
  ["=$T"],
  ["a=1;\ttok=$T"],
  ["a=1; \ttok=$T"],
  ["a=1; \ttok=$T; b=$U"],
];

function cookieCases(): Case[] {
  const policies = [
    policy("cookie", { fromCookies: ["tok", "b"] }),
    policy("cookie-forwarded", { fromCookies: ["b", "tok"], forwardOriginalToken: true }),
  ];
  const requests = each(
    cookies,
    (lines): RequestSpec => ({ ...headers(...lines.map((line) => ["cookie", fill(line)] as const)), tokens }),
    (lines) => `cookie ${JSON.stringify(lines)}`,
  );
  return cross(policies, requests);
}

export const locations: Table = {
  name: "locations",
  cases: [...prefixCases(), ...severalPrefixes(), ...parameterCases(), ...cookieCases()],
};
