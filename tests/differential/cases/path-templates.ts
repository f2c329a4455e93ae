// Paths with {*} and {**}.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, type Policy } from "../policy.js";
import { each } from "../requests.js";

const templates: readonly (readonly string[])[] = [
  ["/{*}"],
  ["/{**}"],
  ["/a/{*}"],
  ["/a/{**}"],
  ["/{*}/b"],
  ["/{**}/b"],
  ["/a/{*}/b"],
  ["/a/{**}/b"],
  ["/{*}/{*}"],
  ["/{*}/{**}"],
  ["/{*}/x/{*}/y"],
  ["/a/{*}/{**}/z"],
  ["/a/{*}/"],
  ["/a.b/{*}"],
  ["/a+b$(c)/{*}"],
  ["/a/{*}", "/b/{**}"],
  ["/exact", "/a/{*}", "/pre*", "*/post"],
  ["/{*}/{*}/{*}/{*}/{*}"],
  ["/a%20b/{*}"],
  ["/~!$&'()+,;:@=-_.%/{*}"],
];

const paths = [
  "/",
  "/a",
  "/a/",
  "/a/b",
  "/a/b/",
  "/a/b/c",
  "/a//b",
  "/a/x/b",
  "/a/x/y/b",
  "/a/x/y/z",
  "/b",
  "/b/",
  "/b/c/d",
  "/x/b",
  "/b/b",
  "//b",
  "/x/y/b",
  "/1/x/2/y",
  "/1/x//y",
  "/a.b/c",
  "/axb/c",
  "/a+b$(c)/d",
  "/aab$c/d",
  "/exact",
  "/prefix",
  "/x/post",
  "/1/2/3/4/5",
  "/1/2/3/4/5/",
  "/a/b?x=/c",
  "/a/?b",
  "/a/b#c",
  "/a/%2F",
  "/a/%2f/b",
  "/a/;/b",
  "/a/../b",
  "/a%20b/c",
  "/~!$&'()+,;:@=-_.%/x",
  "/a/\u00e9",
  "/a/%C3%A9",
  "/a/*",
  "/{*}",
  "/a/{*}",
  "/a/{**}",
  "/a/b c",
  "/a/%zz",
  '/a/"',
  "/a/[b]",
  "/a/b|c",
  "/A/b",
  "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p",
];

const policies: Policy[] = templates.flatMap((list) => [
  {
    name: `path-templates/${list.join(" ")} allowed`,
    config: authorization({ rules: [{ to: [{ operation: { paths: list } }] }] }),
  },
  {
    name: `path-templates/${list.join(" ")} others allowed`,
    config: authorization({ rules: [{ to: [{ operation: { notPaths: list } }] }] }),
  },
]);

export const pathTemplates: Table = {
  name: "path-templates",
  cases: cross(
    policies,
    each(paths, (path): RequestSpec => ({ path })),
  ),
};
