// Text beyond ASCII, and signs that mean something to somebody (regular expressions, JSON, HTTP), in values and in what they are compared with.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each, headers } from "../requests.js";

const words = [
  "\u00e9",
  "e\u0301",
  "\u00c9",
  "\u0130",
  "\u0131",
  "\u00df",
  "\u65e5\u672c",
  "\ud83d\ude00",
  "\ud83d\ude00\ud83d\ude01",
  "\u200b",
  "\u00a0",
  "\ufeff",
  "\ufffd",
  "a\u0000b",
  ".",
  "a.c",
  "[a]",
  "(a|b)",
  "a+",
  "a?",
  "^a$",
  "a\\b",
  "\\",
  "{a}",
  "$",
  '"a"',
  "a'b",
  "a,b",
  "a;b",
  "a b",
  "<a>",
  "%61",
  "%",
  "#",
] as const;

const printable = words.filter((word) => !word.includes("\u0000"));

function forms(word: string): Record<string, string> {
  return { exact: word, prefix: `${word}*`, suffix: `*${word}` };
}

const start = requestAuthentication({ issuer: "A" });
const rules: Record<string, (value: string) => JsonObject> = {
  claim: (value) => ({ when: [{ key: "request.auth.claims[c]", values: [value] }] }),
  subject: (value) => ({ from: [{ source: { requestPrincipals: [`A/${value}`] } }] }),
};

const claimPolicies: Policy[] = words.flatMap((word) =>
  Object.entries(forms(word)).flatMap(([form, value]) =>
    Object.entries(rules)
      .filter(([name]) => name === "claim" || form === "exact")
      .map(([name, rule]): Policy => ({
        name: `unicode/${name} ${form} ${JSON.stringify(word)}`,
        config: { ...start, ...authorization({ rules: [rule(value)] }) },
      })),
  ),
);

const headerPolicies: Policy[] = printable.flatMap((word) =>
  Object.entries(forms(word)).map(([form, value]): Policy => ({
    name: `unicode/header ${form} ${JSON.stringify(word)}`,
    config: authorization({ rules: [{ when: [{ key: "request.headers[x-h]", values: [value] }] }] }),
  })),
);

/** As bytes of UTF-8, one char each. */
const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const neighbours = (word: string): string[] => [
  ...new Set([
    word,
    `${word}x`,
    `x${word}`,
    word.normalize("NFC"),
    word.toUpperCase(),
    word.slice(0, 1),
    "aXc",
    "a",
  ]),
];
const wellFormed = (text: string) => !/[\ud800-\udbff](?![\udc00-\udfff])|^[\udc00-\udfff]/.test(text);

const claimNames = ["\u00e9", "\ud83d\ude00", "a.c", "a[", "$", " ", "\\"];
const namePolicies: Policy[] = claimNames
  .filter((name) => !name.includes("["))
  .flatMap((name): Policy[] => [
    {
      name: `unicode/claim named ${JSON.stringify(name)}`,
      config: {
        ...start,
        ...authorization({ rules: [{ when: [{ key: `request.auth.claims[${name}]`, values: ["v"] }] }] }),
      },
    },
    {
      name: `unicode/claim in ${JSON.stringify(name)}`,
      config: {
        ...start,
        ...authorization({
          rules: [{ when: [{ key: `request.auth.claims[m][${name}]`, notValues: ["v"] }] }],
        }),
      },
    },
    {
      name: `unicode/claim ${JSON.stringify(name)} to a header`,
      config: requestAuthentication({
        issuer: "A",
        outputClaimToHeaders: [{ header: "x-c", claim: name }],
      }),
    },
  ]);

const wordIn = (policy: Policy): string =>
  JSON.parse(/".*"$/.exec(policy.name.replace(/ to a header$/, ""))?.[0] ?? '""') as string;

export const unicode: Table = {
  name: "unicode",
  cases: [
    ...claimPolicies.flatMap((policy) =>
      cross(
        [policy],
        each(
          neighbours(wordIn(policy)).filter(wellFormed),
          (text) => bearer({ claims: { iss: "A", sub: text, c: ["other", text] } }),
          (text) => JSON.stringify(text),
        ),
      ),
    ),
    ...headerPolicies.flatMap((policy) =>
      cross(
        [policy],
        each(
          neighbours(wordIn(policy)).filter((text) => wellFormed(text)),
          (text) => headers(["x-h", bytes(text)]),
          (text) => JSON.stringify(text),
        ),
      ),
    ),
    ...cross(
      namePolicies,
      each(
        claimNames,
        (name): RequestSpec => bearer({ claims: { iss: "A", [name]: "v", m: { [name]: ["v"] } } }),
        (name) => `claim ${JSON.stringify(name)}`,
      ),
    ),
  ],
};
