// Lints about rules beside each other, and beside themselves: JP205, JP211, JP212, JP213.

import { from, HERE, policy, rule, selecting, to, type LintTable } from "./lint-case.js";

const conditions = (...list: readonly string[]) => rule(`{when: [${list.join(", ")}]}`);
const header = (mark: string, values: string) => `{key: ${mark}'request.headers[a]', ${values}}`;
const port = (mark: string, values: string) => `{key: ${mark}destination.port, ${values}}`;

const contradictions: LintTable = {
  id: "JP205",
  cases: [
    {
      name: "a value that is excluded too",
      yaml: rule(to(`methods: ${HERE}[GET], notMethods: [GET]`)),
      says: "methods",
    },
    { name: "all values by a pattern", yaml: rule(to(`paths: ${HERE}[/a/b, /a/c], notPaths: ['/a/*']`)) },
    {
      name: "everything excluded",
      yaml: rule(from(`requestPrincipals: ${HERE}['*'], notRequestPrincipals: ['*']`)),
    },
    { name: "hosts in other letters", yaml: rule(to(`hosts: ${HERE}['A:*'], notHosts: ['a:*']`)) },
    { name: "one condition", yaml: conditions(header(HERE, "values: [b], notValues: [b]")) },
    { name: "two conditions", yaml: conditions(header("", "values: [b]"), header(HERE, "notValues: ['*']")) },
    {
      name: "two values of what there is one of",
      yaml: conditions(port("", "values: ['80']"), port(HERE, "values: ['81']")),
    },
    { name: "every method excluded", yaml: rule(to(`notMethods: ${HERE}['*']`)), says: "methods" },
    {
      name: "principals of another namespace than the source's",
      yaml: rule(from(`principals: [cluster.local/ns/foo/sa/a], namespaces: ${HERE}[bar]`)),
      says: "two sources",
    },
    {
      name: "but not of the same, by a pattern, or one of several",
      yaml: rule(
        "{from: [" +
          [
            "principals: [cluster.local/ns/foo/sa/a], namespaces: [foo]",
            "principals: [cluster.local/ns/foo/sa/a], namespaces: ['f*']",
            "principals: ['*'], namespaces: [bar]",
            "principals: [td/ns/foo/sa/a, td/ns/bar/sa/a], namespaces: [bar]",
          ]
            .map((source) => `{source: {${source}}}`)
            .join(", ") +
          "]}",
      ),
    },
    { name: "nor what is no HTTP denied", yaml: rule(to("notMethods: ['*']"), "DENY") },
    { name: "nor every peer excluded: there may be none", yaml: rule(from("notPrincipals: ['*']")) },
    { name: "but not with a value left", yaml: rule(to("methods: [GET, POST], notMethods: [GET]")) },
    { name: "nor a pattern with exceptions", yaml: rule(to("paths: ['/a/*'], notPaths: [/a/b]")) },
    { name: "nor paths in other letters", yaml: rule(to("paths: [/a], notPaths: [/A]")) },
    {
      name: "nor two values of a header, of which there may be several",
      yaml: conditions(header("", "values: [b]"), header("", "values: [c]")),
    },
    {
      name: "nor two ports of which one is the same",
      yaml: conditions(port("", "values: ['80', '81']"), port("", "values: ['81']")),
    },
    {
      name: "nor ranges of addresses, which are not compared",
      yaml: rule(from("ipBlocks: [10.0.0.0/24], notIpBlocks: [10.0.0.0/8]")),
    },
  ],
};

const allow = (text: string, attachment = "") => policy(`{${attachment}rules: [${text}]}`);
const deny = (text: string, attachment = "", more: object = {}) =>
  policy(`{${attachment}action: DENY, rules: [${text}]}`, { name: "deny", ...more });
const dryRun = { annotations: "istio.io/dry-run: 'true'" };

const swallowed: LintTable = {
  id: "JP211",
  cases: [
    {
      name: "the same rule",
      yaml: allow(`${HERE}${to("methods: [GET]")}`) + deny(to("methods: [GET]")),
      says: "AuthorizationPolicy foo/deny denies all of it",
    },
    {
      name: "a wider one",
      yaml: allow(`${HERE}${to("paths: [/a/b], methods: [GET]")}`) + deny(to("paths: ['/a/*']")),
    },
    { name: "everything", yaml: allow(`${HERE}${from("requestPrincipals: ['*']")}`) + deny("{}") },
    {
      name: "one of two rules",
      yaml: allow(`${HERE}${to("methods: [GET]")}, ${to("methods: [PUT]")}`) + deny(to("methods: [GET]")),
    },
    {
      name: "by what is excluded",
      yaml: allow(`${HERE}${to("methods: [GET]")}`) + deny(to("notMethods: [POST]")),
    },
    {
      name: "by the root namespace",
      yaml: allow(`${HERE}${to("methods: [GET]")}`) + deny("{}", "", { namespace: "istio-system" }),
    },
    {
      name: "for more workloads",
      yaml: allow(`${HERE}${to("methods: [GET]")}`, selecting("app: a")) + deny("{}"),
    },
    { name: "but not a part of it", yaml: allow(to("paths: ['/a/*']")) + deny(to("paths: [/a/b]")) },
    {
      name: "nor with a further condition",
      yaml:
        allow(to("methods: [GET]")) +
        deny("{to: [{operation: {methods: [GET]}}], from: [{source: {namespaces: [a]}}]}"),
    },
    { name: "nor for fewer workloads", yaml: allow(to("methods: [GET]")) + deny("{}", selecting("app: a")) },
    {
      name: "nor in another namespace",
      yaml: allow(to("methods: [GET]")) + deny("{}", "", { namespace: "bar" }),
    },
    { name: "nor by one that is only tried", yaml: allow(to("methods: [GET]")) + deny("{}", "", dryRun) },
    { name: "nor by AUDIT", yaml: allow(to("methods: [GET]")) + rule("{}", "AUDIT", { name: "audit" }) },
    {
      name: "nor header values: there may be several",
      yaml:
        allow("{when: [{key: 'request.headers[a]', values: [b]}]}") +
        deny("{when: [{key: 'request.headers[a]', notValues: [c]}]}"),
    },
  ],
};

const needless: LintTable = {
  id: "JP212",
  cases: [
    {
      name: "another method",
      yaml: allow(to("methods: [GET]")) + deny(`${HERE}${to("methods: [POST]")}`),
      severity: "note",
    },
    {
      name: "another path",
      yaml: allow(to("paths: ['/a/*']")) + deny(`${HERE}${to("paths: [/b]")}`),
      severity: "note",
    },
    {
      name: "beside a policy that allows nothing",
      yaml: policy("{}") + deny(`${HERE}${to("paths: [/b]")}`),
      severity: "note",
    },
    { name: "but not a part of it", yaml: allow(to("paths: ['/a/*']")) + deny(to("paths: [/a/b]")) },
    { name: "nor without an ALLOW policy", yaml: deny(to("paths: [/a/b]")) },
    {
      name: "nor where that is for other workloads",
      yaml: allow(to("methods: [GET]"), selecting("app: a")) + deny(to("methods: [POST]")),
    },
    {
      name: "nor where another may allow it for some of them",
      yaml:
        allow(to("methods: [GET]")) +
        policy(`{${selecting("version: v1")}rules: [${to("methods: [POST]")}]}`, { name: "v1" }) +
        deny(to("methods: [POST]"), selecting("app: a")),
    },
    {
      name: "nor beside one that is only tried",
      yaml: rule(to("methods: [GET]"), "ALLOW", dryRun) + deny(to("methods: [POST]")),
    },
    {
      name: "nor header values: there may be several",
      yaml:
        allow("{when: [{key: 'request.headers[a]', values: [b]}]}") +
        deny("{when: [{key: 'request.headers[a]', values: [c]}]}"),
    },
  ],
};

const restricting = (attachment = "", namespace = "foo") =>
  policy(`{${attachment}rules: [${to("methods: [GET]")}]}`, { name: `${HERE}some`, namespace });
const unmarked = (yaml: string) => yaml.replaceAll(HERE, "");
const everything = policy("{rules: [{}]}", { name: "all" });

const widened: LintTable = {
  id: "JP213",
  cases: [
    {
      name: "beside a policy for everything",
      yaml: restricting() + everything,
      says: "AuthorizationPolicy foo/all allows every request",
    },
    {
      name: "beside one of the root namespace",
      yaml: restricting() + policy("{rules: [{}]}", { name: "all", namespace: "istio-system" }),
    },
    { name: "for a part of the workloads", yaml: restricting(selecting("app: a")) + everything },
    {
      name: "but not for other workloads",
      yaml: unmarked(restricting()) + policy(`{${selecting("app: a")}rules: [{}]}`, { name: "all" }),
    },
    { name: "nor beside DENY for everything", yaml: unmarked(restricting()) + deny("{}") },
    {
      name: "nor beside one that is only tried",
      yaml: unmarked(restricting()) + policy("{rules: [{}]}", { name: "all", ...dryRun }),
    },
    {
      name: "nor one that allows nothing, which says nothing",
      yaml: policy("{}", { name: "none" }) + everything,
    },
  ],
};

export const relationTables: readonly LintTable[] = [contradictions, swallowed, needless, widened];
