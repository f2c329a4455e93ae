// The JSON of tokens: what is valid, which member must have which type, where numbers end.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { keys, requestAuthentication, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";

const rule = { outputPayloadToHeader: "x-payload", outputClaimToHeaders: [{ header: "x-n", claim: "n" }] };
const policy: Policy = { name: "token-json/one-issuer", config: requestAuthentication(rule) };
const twoIssuers: Policy = {
  name: "token-json/two-issuers",
  config: requestAuthentication({ ...rule, issuer: "A" }, { ...rule, ...keys("every") }),
};

const numbers = [
  ...[
    "0",
    "-0",
    "-0.0",
    "0.5",
    "-0.5",
    "-1",
    "1.5",
    "1e0",
    "1E+2",
    "1e-2",
    "1e5",
    "1e10",
    "1E10",
    "4102444800",
    "4102444800.9",
  ],
  ...[
    "1e18",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "1e19",
    "18446744073709550591",
  ],
  ...[
    "18446744073709550592",
    "18446744073709551614",
    "18446744073709551615",
    "18446744073709551616",
    "1e20",
    "1e300",
    "1e308",
  ],
  ...[
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "1e309",
    "1e400",
    "-1e400",
    "1e-400",
    "5e-324",
    "2e-324",
    "1e-323",
  ],
  ...[
    "123456789012345678901234567890",
    `1${"0".repeat(309)}`,
    `0.${"0".repeat(400)}1`,
    `1${"0".repeat(400)}e-400`,
  ],
  ...[
    "01",
    "00",
    "+1",
    "1.",
    ".5",
    "-",
    "-.5",
    "1e",
    "1e+",
    "1.e1",
    "0x10",
    "1_000",
    "1 000",
    "Infinity",
    "-Infinity",
    "NaN",
  ],
  ...["1e5000000000", "1e-5000000000", "-01", "--1", "1-", "1f", "1,000", "0e0", "0E-0", "1.0E+001"],
];

const literals = ["null", "true", "false", '""', '"1"', '"x"', "[]", "{}", "[1]", '{"a":1}'];

const strings = [
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00"',
    '"\\ud83d\\ude00"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ud83d\\ude00"',
    '"\\ud83dx"',
  ],
  ...[
    '"\\x"',
    '"\\"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\u+123"',
    '"\\u00E9"',
    '"\\u00e9"',
    '"\\/\\\\\\"\\b\\f\\n\\r\\t"',
  ],
  ...['"a" "b"', '"a""b"', '"unterminated', '"\\', "a", "'", '"\\v"', '"\\0"', '"\\a"', '"\\e"'],
];

const structures = [
  ...[
    "[",
    "]",
    "{",
    "}",
    "[}",
    "{]",
    "[1",
    "[1 2]",
    "[1,,2]",
    "[,]",
    "[,1]",
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    "{1:2}",
  ],
  ...[
    '{"a":1 "b":2}',
    '{"a":1,"a":2}',
    '[{"a":1,"a":2}]',
    '{"a":{"b":1,"\\u0062":2}}',
    '{"A":1,"a":2}',
    '{"":1,"":2}',
  ],
  ...[
    "tru",
    "nul",
    "True",
    "TRUE",
    "nulll",
    "undefined",
    "/*c*/1",
    "1//c",
    "#1",
    "1;",
    "<1>",
    "[1]2",
    "{}{}",
  ],
  ...[
    "[1]]",
    '{"a":1}}',
    "[ 1 , 2 ]",
    '{ "a" : 1 }',
    "[\t\n\r 1]",
    "[\u000b1]",
    "[\f1]",
    "[\u00a01]",
    "[\u20281]",
    "[\ufeff1]",
  ],
];

const depths = [1, 10, 31, 32, 63, 64, 98, 99, 100, 101, 102, 120, 500, 5000];

const payload = (member: string) =>
  bearer({ payloadText: `{"iss":"https://idp.example.com/","sub":"alice",${member}}` });

const registered = ["exp", "nbf", "iat", "iss", "sub", "aud", "jti", "scope", "n"];
const members = [
  ...numbers.map((value) => `"n":${value}`),
  ...["exp", "nbf", "iat"].flatMap((name) => numbers.map((value) => `"${name}":${value}`)),
  ...["exp", "nbf", "iat", "jti", "aud", "scope"].flatMap((name) =>
    literals.map((value) => `"${name}":${value}`),
  ),
  ...[...strings, ...structures].map((value) => `"n":${value}`),
  ...registered.slice(3, 5).map((name) => `"${name}":"again"`),
  '"i\\u0073s":"again"',
  '"ISS":"https://idp.example.com/"',
  '"exp":4102444800,"exp":4102444800',
  '"":1',
  '"n\\u0000":1',
  '"n\\u0000":1,"n":2',
  ...['["a"]', '["a","b"]', "[null]", '["a",1]', "[[]]", '[""]', '["a",null]', '["a",["b"]]'].map(
    (value) => `"aud":${value}`,
  ),
  ...["[".repeat(3), "[]".repeat(3)].map((value) => `"n":${value}`),
];

const issSub = literals.flatMap((value) => [
  `{"iss":${value},"sub":"alice"}`,
  `{"iss":"https://idp.example.com/","sub":${value}}`,
]);

const texts = [
  ...[
    "",
    " ",
    "{}",
    "[]",
    '"x"',
    "1",
    "true",
    "null",
    " null ",
    "nul",
    "{",
    "}",
    "{}}",
    "{}{}",
    "{} {}",
    "{},",
    "\u0000",
    "{}\u0000",
  ],
  ...[
    '{"iss":"https://idp.example.com/"}',
    ' {"iss":"https://idp.example.com/"} ',
    '\n\t\r{"iss":"https://idp.example.com/"}\r\n\t',
  ],
  ...[
    '{"iss":"https://idp.example.com/"}x',
    '{"iss":"https://idp.example.com/"}null',
    '\ufeff{"iss":"https://idp.example.com/"}',
  ],
  ...[
    '\u000b{"iss":"https://idp.example.com/"}',
    '\f{"iss":"https://idp.example.com/"}',
    '{"iss":"https://idp.example.com/" "sub":"a"}',
  ],
  ...[
    '{"iss":"https:\\/\\/idp.example.com\\/"}',
    '{"iss":"\\u0068ttps://idp.example.com/"}',
    '{"iss":"https://idp.example.com"}',
  ],
  ...[
    '{"iss":"https://idp.example.com/\\u0000"}',
    '{"iss":" https://idp.example.com/"}',
    '{"iss":"HTTPS://idp.example.com/"}',
  ],
  ...issSub,
];

const headerTexts = [
  ...[
    "{}",
    "[]",
    '"RS256"',
    "1",
    "null",
    "{",
    '{"alg":"RS256"}x',
    ' {"alg":"RS256"} ',
    '\ufeff{"alg":"RS256"}',
  ],
  ...literals.map((value) => `{"alg":${value}}`),
  ...literals.map((value) => `{"alg":"RS256","kid":${value}}`),
  ...[
    "none",
    "None",
    "NONE",
    "rs256",
    "RS256 ",
    " RS256",
    "RS-256",
    "RS1",
    "RS257",
    "ES256K",
    "EdDSA",
    "EDDSA",
    "ed25519",
    "ES512",
    "HS256",
    "PS256",
    "RSA",
    "A256KW",
    "dir",
  ].map((alg) => `{"alg":"${alg}"}`),
  ...[
    '{"alg":"RS256","alg":"RS256"}',
    '{"alg":"RS256","ALG":"none"}',
    '{"\\u0061lg":"RS256"}',
    '{"alg":"\\u0052S256"}',
    '{"alg":"RS256\\u0000"}',
  ],
  ...['"b64":false', '"typ":1', '"typ":"JOSE"', '"cty":"JWT"', '"zip":"DEF"', '"enc":"A256GCM"'].map(
    (member) => `{"alg":"RS256",${member}}`,
  ),
  ...[
    '"jku":"http://evil/"',
    '"x5u":"http://evil/"',
    '"jwk":{"kty":"oct","k":"AA"}',
    '"x5c":["AA"]',
    '"x5t":1',
    '"kid":"rsa","kid":"rsa"',
  ].map((member) => `{"alg":"RS256",${member}}`),
  ...['"n":1e400', '"n":NaN', '"n":{"a":1,"a":2}', '"n":"\\ud800"', '"n":[1e-400]', '"n":01'].map(
    (member) => `{"alg":"RS256",${member}}`,
  ),
  ...['"RSA"', '"rsa "', '"other"', '"r\\u0073a"', '"rsa\\u0000"', '"\\ud800"', '"\\u0000"'].map(
    (kid) => `{"alg":"RS256","kid":${kid}}`,
  ),
];

/** Bytes above 0x7f inside a string: UTF-8 well and badly formed, one char a byte. */
const utf8 = [
  "\xc3\xa9",
  "\xe6\x97\xa5",
  "\xf0\x9f\x98\x80",
  "\xf4\x8f\xbf\xbf",
  "\xef\xbf\xbf",
  "\xef\xbb\xbf",
  "\x80",
  "\xbf",
  "\xc0\x80",
  "\xc1\xbf",
  "\xc3",
  "\xc3(",
  "\xe0\x80\x80",
  "\xe0\x9f\xbf",
  "\xe6\x97",
  "\xe6\x97(",
  "\xed\xa0\x80",
  "\xed\xbf\xbf",
  "\xf0\x80\x80\x80",
  "\xf0\x8f\xbf\xbf",
  "\xf0\x9f\x98",
  "\xf4\x90\x80\x80",
  "\xf5\x80\x80\x80",
  "\xf8\x88\x80\x80\x80",
  "\xfe",
  "\xff",
  "\xc3\xa9\x80",
  "\xe2\x80\xa8",
];

const deep = (open: string, close: string, depth: number) =>
  `"n":${open.repeat(depth)}${open === "[" ? "" : "1"}${close.repeat(depth)}`;
const alg = '"alg":"RS256"';

const bad = (text: string): RequestSpec => bearer({ payloadText: text });

export const tokenJson: Table = {
  name: "token-json",
  cases: [
    ...cross(
      [policy],
      each([...new Set(members)], payload, (member) => `{…,${member}}`),
    ),
    ...cross(
      [policy],
      each(texts, bad, (text) => `payload ${JSON.stringify(text)}`),
    ),
    ...cross(
      [policy],
      each(
        headerTexts,
        (text) => bearer({ headerText: text }),
        (text) => `header ${text}`,
      ),
    ),
    ...cross(
      [policy],
      each(
        utf8,
        (text) => bearer({ bytes: true, payloadText: `{"iss":"https://idp.example.com/","n":"${text}"}` }),
        (text) => `UTF-8 ${Buffer.from(text, "latin1").toString("hex")}`,
      ),
    ),
    ...cross(
      [policy],
      each(
        utf8,
        (text) => bearer({ bytes: true, payloadText: `{"iss":"https://idp.example.com/","${text}":1}` }),
        (text) => `UTF-8 ${Buffer.from(text, "latin1").toString("hex")} as a name`,
      ),
    ),
    ...cross(
      [policy],
      each(
        utf8.slice(0, 16),
        (text) => bearer({ bytes: true, headerText: `{${alg},"n":"${text}"}` }),
        (text) => `UTF-8 ${Buffer.from(text, "latin1").toString("hex")} in the header`,
      ),
    ),
    ...cross(
      [policy],
      each(
        depths,
        (depth) => payload(deep("[", "]", depth)),
        (depth) => `${depth} lists in the payload`,
      ),
    ),
    ...cross(
      [policy],
      each(
        depths,
        (depth) => payload(deep('{"a":', "}", depth)),
        (depth) => `${depth} objects in the payload`,
      ),
    ),
    ...cross(
      [policy],
      each(
        depths,
        (depth) => bearer({ headerText: `{${alg},${deep("[", "]", depth)}}` }),
        (depth) => `${depth} lists in the header`,
      ),
    ),
    ...cross(
      [twoIssuers],
      each(texts, bad, (text) => `payload ${JSON.stringify(text)}`),
    ),
    ...cross(
      [twoIssuers],
      each(
        headerTexts.slice(0, 40),
        (text) => bearer({ headerText: text }),
        (text) => `header ${text}`,
      ),
    ),
  ],
};
