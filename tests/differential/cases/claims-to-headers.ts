// outputClaimToHeaders and outputPayloadToHeader: every type of claim, nesting, names, and what the client had sent.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";

function policy(name: string, rule: JsonObject): Policy {
  return { name: `claims-to-headers/${name}`, config: requestAuthentication(rule) };
}

const values = policy("values", {
  outputPayloadToHeader: "x-payload",
  outputClaimToHeaders: [
    { header: "x-n", claim: "n" },
    { header: "X-Deep", claim: "m.k.z" },
    { header: "x-exp", claim: "exp" },
    { header: "x-literal", claim: "a..b" },
  ],
});

/** Members of the payload beside iss, sub and exp. */
const members = [
  ...[
    "0",
    "1",
    "-0",
    "-0.0",
    "1.0",
    "1e2",
    "1E2",
    "1e21",
    "-5",
    "-5.5",
    "0.1",
    "1.5",
    "2.675",
    "1e-7",
    "1e-400",
  ],
  ...[
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
  ],
  ...["9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "1e300", "12345678.9"],
  ...[
    "0.5",
    "0.4999999",
    "0.0000005",
    "0.9999999",
    "99999999.9999999",
    "-1e21",
    "-0.0000001",
    "1e15",
    "1e16",
    "1e19",
  ],
  ...[
    "true",
    "false",
    "null",
    '""',
    '" "',
    '"a"',
    '" a"',
    '"a "',
    '"a,b"',
    '"a\\tb"',
    '"\\u00e9"',
    '"\\u65e5\\u672c"',
  ],
  ...[
    '"\\ud83d\\ude00"',
    '"\\\\\\"\\/"',
    '"a;b=c"',
    '"%20"',
    '"1"',
    '"true"',
    '"null"',
    '"[]"',
    '"\\u0080"',
    '"\\u00ff"',
  ],
  ...[
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    '["a"]',
    '["a","b"]',
    '["a",1,2.5,-3,1e21,1e-7,true,null]',
    "[null]",
    '[""]',
  ],
  ...[
    '{"a":1}',
    '{"a":"b","c":[1,{"d":null}]}',
    '{"a":{"b":{"c":{"d":[]}}}}',
    '{"":1}',
    '{"a":[1,2,{"b":[]}]}',
  ],
  ...[
    '["???>>>"]',
    '["<&>\'"]',
    '["\\u2028\\u2029\\u00a0\\u00ad\\u200b\\u200e\\ufeff\\u061c"]',
    '["\\u0000\\u001f\\u007f\\u0080"]',
  ],
  ...[
    '["\\b\\t\\n\\f\\r\\"\\\\\\/"]',
    '["\\ud834\\udd1e\\ud834\\udd73\\udb40\\udc01\\udb40\\udc20"]',
    '{"<k>\\u0001":1}',
  ],
  ...['["\\u0600\\u0601\\u0602\\u0603\\u0604\\u0605\\u06dd\\u070f\\u08e2\\u17b4\\u17b5\\u180e"]'],
  ...[
    '["\\u2060\\u2061\\u2063\\u2064\\u2065\\u2066\\u2069\\u206a\\u206f\\u202a\\u202e\\u202f\\u200f\\u2010"]',
  ],
  ...[
    '["\\ufff8\\ufff9\\ufffa\\ufffb\\ufffc\\ufffd\\ufffe\\uffff"]',
    '["\\ud834\\udd72\\ud834\\udd7a\\ud834\\udd7b"]',
  ],
  ...[
    '["\\udb40\\udc00\\udb40\\udc1f\\udb40\\udc7f\\udb40\\udc80"]',
    '["\\u0084\\u0085\\u009f\\u00a0\\u07ff\\u0800\\uffff"]',
  ],
  ...["[0.1,0.2,0.30000000000000004,1e-4,1e-5,1e-6,123456.789e3,3.141592653589793,100000,1000000]"],
  ...["[1e15,1e16,1e17,123456789012345,1234567890123456,12345678901234567,4503599627370497.5,-0.0,5e-324]"],
  ...[
    "[1.7976931348623157e308,2.2250738585072014e-308,9007199254740993,-9007199254740993,99999999999999990]",
  ],
  ...[
    "[1.1,2.2,3.3,1e1,1e2,1e3,12345.678,0.00012,0.000012,1.5e-10,1e22,1e23,8.41e21,2e-44,9.5367431640625e-7]",
  ],
  ...[
    "100e-2",
    "123e-2",
    "0.1e1",
    "-0e5",
    "0e400",
    "1e-324",
    "4294967296",
    "-9007199254740993",
    "1.0000000000000002",
  ],
  ...["0.000001", "5e-7", "4.9e-7", "0.0000015", "0.0000025", "1e22", "1e23", "123456789.123456789", "-1e-7"],
  ...[
    "18446744073709549568",
    "18446744073709549569",
    "1.8446744073709550e19",
    "1.7976931348623157e308",
    "-1e308",
  ],
  ...[
    '"a\\u0085b"',
    '"\\u00a0a\\u00a0"',
    '"\\ufeff"',
    '"a\\u2028b"',
    '"\\u0009a"',
    `"${"v".repeat(20_000)}"`,
  ],
  ...[
    "[[[[[[[[[[1]]]]]]]]]]",
    '[{"a":[{"b":"c"}]},"d"]',
    '["\\u00e9\\ud83d\\ude00"]',
    "[-0,-0.0,1.0,1e0]",
    "[1e400]",
  ],
].map((value) => `"n":${value}`);

const nested = [
  '"m":{"k":{"z":"deep"}}',
  '"m":{"k":{"z":5}}',
  '"m":{"k":{"z":[1]}}',
  '"m":{"k":{"z":null}}',
  '"m":{"k":[{"z":5}]}',
  '"m":{"k":"z"}',
  '"m":"k"',
  '"m":[{"k":{"z":1}}]',
  '"m.k.z":"literal"',
  '"m":{"k.z":"half"}',
  '"m.k":{"z":"half"}',
  '"m":{}',
  '"m":{"k":{}}',
  '"a":{"":{"b":"empty step"}}',
  '"a..b":"literal"',
];

const oddNames = [
  '"":"empty"',
  '"":{"":"two empty"}',
  '"a":{"":"v"}',
  '"":{"a":"v"}',
  '"a.":"literal"',
  '"m":["v"]',
  '"m":{"0":"v"}',
  '"m":{"":{"k":5}}',
  '"a b":"blank"',
  '"aud":["x","y"]',
  '"aud":"x"',
  '"aud":[]',
];

/** Control characters in a header value: the request dies in the router, on both sides. */
const unsendable = ['"n":"a\\nb"', '"n":"\\r"', '"n":"\\u0000"', '"n":"a\\u0001"', '"n":"\\u007f"'];

const payload = (member: string): RequestSpec =>
  bearer({ payloadText: `{"iss":"https://idp.example.com/","sub":"alice","exp":"@now+3600",${member}}` });

const names: Policy[] = [
  policy("same-header", {
    outputPayloadToHeader: "x-n",
    outputClaimToHeaders: [
      { header: "x-n", claim: "n" },
      { header: "X-N", claim: "sub" },
      { header: "x-m", claim: "sub" },
    ],
  }),
  policy("payload-only", { outputPayloadToHeader: "X-Payload" }),
  policy("forward-and-payload", { outputPayloadToHeader: "x-payload", forwardOriginalToken: true }),
  policy("into-authorization-forwarded", {
    forwardOriginalToken: true,
    outputClaimToHeaders: [{ header: "authorization", claim: "n" }],
  }),
  policy("payload-into-authorization", { outputPayloadToHeader: "Authorization" }),
  policy("underscore-and-case", {
    outputClaimToHeaders: [
      { header: "X_Under_Score", claim: "n" },
      { header: "x-9", claim: "Sub" },
      { header: "-", claim: "sub" },
    ],
  }),
  policy("into-cookie", { outputClaimToHeaders: [{ header: "cookie", claim: "n" }] }),
  policy("into-user-agent", { outputClaimToHeaders: [{ header: "user-agent", claim: "n" }] }),
];

/** Paths to claims that are odd themselves, or lead through something that is no object. */
const paths = policy("paths", {
  outputClaimToHeaders: [
    "m.0",
    ".",
    "a.",
    ".a",
    "sub.x",
    "aud",
    "exp",
    "iss",
    "m.k",
    "m..k",
    "a b",
    "m.k.z.y",
  ].map((claim, i) => ({ header: `x-${i}`, claim })),
});

const forged: RequestSpec = {
  headers: [
    "x-n",
    "X-N",
    "x-m",
    "x-payload",
    "X-Payload",
    "x_under_score",
    "x-9",
    "cookie",
    "user-agent",
    "x-deep",
  ].map((name) => [name, "forged=1"] as const),
};

export const claimsToHeaders: Table = {
  name: "claims-to-headers",
  cases: [
    ...cross([paths], each([...nested, ...oddNames], payload)),
    ...cross(
      [values],
      each([...members, ...nested, ...unsendable], payload, (member) => member.slice(0, 200)),
    ),
    ...cross([values, ...names], {
      "token, client sends the headers too": bearer({ claims: { n: "v", Sub: "s" } }, forged),
      "token without the claims, client sends the headers too": bearer({ without: ["sub"] }, forged),
      "no token, client sends the headers": forged,
      "no token, forged Authorization": {
        headers: [...(forged.headers ?? []), ["authorization", "Basic x"]],
      },
      "bad token": bearer({ edits: [{ segment: 2, flip: 1 }] }, forged),
      "preflight: authentication is skipped": bearer(
        {},
        {
          method: "OPTIONS",
          headers: [["origin", "o"], ["access-control-request-method", "GET"], ...(forged.headers ?? [])],
        },
      ),
      "claim with blanks": bearer({ claims: { n: "  v  w " } }),
      "claim is an object": bearer({ claims: { n: { a: 1 } } }),
      "claim is a list": bearer({ claims: { n: ["a", 2] } }),
    }),
  ],
};
