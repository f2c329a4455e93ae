// hosts, methods and paths: exact, prefix, suffix, presence, and their not* forms.
import { cross, type Case, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, type Policy } from "../policy.js";
import { each } from "../requests.js";

const names = { hosts: "notHosts", methods: "notMethods", paths: "notPaths" } as const;
type Field = keyof typeof names;

/** For each list of values, a policy that allows them, one that allows all others, one that denies them. */
function policies(field: Field, lists: readonly (readonly string[])[]): Policy[] {
  return lists.flatMap((list) => {
    const label = `string-matching/${field} ${JSON.stringify(list)}`;
    const rule = (operation: Record<string, readonly string[]>) => ({ rules: [{ to: [{ operation }] }] });
    return [
      { name: `${label} allowed`, config: authorization(rule({ [field]: list })) },
      { name: `${label} others allowed`, config: authorization(rule({ [names[field]]: list })) },
    ];
  });
}

const hosts = policies("hosts", [
  ["example.com"],
  ["Example.COM"],
  ["example.com:*"],
  ["example.com:8080"],
  ["*.example.com"],
  ["*example.com"],
  ["example*"],
  ["EXAMPLE*"],
  ["*"],
  ["*.EXAMPLE.com:8080"],
  ["*example*"],
  ["exa*le.com"],
  ["a", "example.com", "b"],
  ["[::1]", "127.0.0.1"],
  ["**"],
  [" example.com"],
]);
const authorities = [
  "example.com",
  "Example.com",
  "EXAMPLE.COM",
  "example.com:8080",
  "example.com:80",
  "a.example.com",
  "A.EXAMPLE.COM",
  "a.b.example.com:8080",
  "xexample.com",
  "example.com.",
  "example.org",
  "a",
  "b",
  "127.0.0.1",
  "[::1]",
  "[::1]:8080",
  "*.example.com",
  "*example*",
  "exa*le.com",
  "*",
  "example.com,example.com",
];

const methods = policies("methods", [
  ["GET"],
  ["get"],
  ["P*"],
  ["*T"],
  ["*"],
  ["G*T"],
  ["*E*"],
  ["GET", "HEAD"],
  ["**"],
  ["GET*"],
  ["*GET"],
]);
const verbs = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "CONNECT",
  "get",
  "Get",
  "G",
  "GETX",
  "XGET",
];

const paths = policies("paths", [
  ["/"],
  ["/a"],
  ["/a/"],
  ["/A"],
  ["/a*"],
  ["/a/*"],
  ["*/b"],
  ["*b"],
  ["*"],
  ["/*"],
  ["*/"],
  ["/*/b"],
  ["*a*"],
  ["/a?x=1"],
  ["/a*?x"],
  ["/a#f"],
  ["/a;v=1"],
  ["/a%2Fb", "/a%2fb"],
  ["/\u00e9", "/%C3%A9"],
  ["/a b", "/a%20b"],
  ["a"],
  ["//a"],
  ["/a//b"],
  ["/a", "/b", "/c*"],
  ["**"],
  ["/a/../b"],
  ["/a:verb"],
  [".+"],
  ["/a.b"],
]);
const requestPaths = [
  "/",
  "/a",
  "/A",
  "/a/",
  "/a/b",
  "/ab",
  "/b",
  "/a/b/c",
  "/xb",
  "/a?x=1",
  "/a?",
  "/?a",
  "/a?x=/b",
  "/a/?b",
  "/a#f",
  "/a#f?x",
  "/a?x#f",
  "/a;v=1",
  "/a/;v=1/b",
  "/a%2Fb",
  "/a%2fb",
  "/a/%62",
  "/%61",
  "/a/../b",
  "/a/./b",
  "/a/..",
  "/..",
  "/a\\b",
  "//a",
  "/a//b",
  "/a/b/",
  "/%C3%A9",
  "/%c3%a9",
  "/\u00e9",
  "/a%20b",
  "/a:verb",
  "/axb",
  "/a.b",
  "/%",
  "/a%00",
  "/a%2e%2e/b",
  "/a/%2e%2e/b",
  "/c",
  "/cd",
  "/.a",
  "/a*",
  "/*",
  "http://other/a",
  "*",
];

export const stringMatching: Table = {
  name: "string-matching",
  cases: [
    ...cross(
      hosts,
      each(authorities, (authority): RequestSpec => ({ authority })),
    ),
    ...cross(
      methods,
      each(verbs, (method): RequestSpec => ({ method })),
    ),
    ...cross(
      paths,
      each(requestPaths, (path): RequestSpec => ({ path })),
    ),
  ] satisfies Case[],
};
