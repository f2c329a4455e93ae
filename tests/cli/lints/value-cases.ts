// Lints about single values: JP204, JP206 to JP210, JP222.

import { from, HERE, policy, rule, to, when, type LintTable } from "./lint-case.js";

const impossible: LintTable = {
  id: "JP204",
  cases: [
    { name: "a method in small letters", yaml: rule(to(`methods: [${HERE}get, POST]`)), says: "GET" },
    {
      name: "a method in small letters as a header",
      yaml: rule(when("request.headers[:method]", `values: [${HERE}get, POST]`)),
      says: "GET",
    },
    {
      name: "a namespace as a name of DNS",
      yaml: rule(from(`namespaces: [${HERE}foo.svc]`)),
      says: "no dots: foo",
    },
    { name: "a port without a host", yaml: rule(to(`hosts: [${HERE}':8080']`)), says: "*:8080" },
    {
      name: "an origin with a slash at its end",
      yaml: rule(
        when(
          "request.headers[origin]",
          `values: [${HERE}'https://a.test/', 'https://a.test', 'https://a.test/*', 'null']`,
        ),
      ),
      says: "https://a.test",
    },
    { name: "a method that begins so", yaml: rule(to(`methods: [${HERE}'po*']`)) },
    { name: "an excluded one", yaml: rule(to(`notMethods: [${HERE}delete]`)) },
    { name: "a path without its slash", yaml: rule(to(`paths: [${HERE}headers]`)), says: "/headers" },
    { name: "a path with a query", yaml: rule(to(`paths: [${HERE}'/a?b=c']`)), says: "query" },
    { name: "a path with a fragment", yaml: rule(to(`paths: [${HERE}'/a#b']`)), says: "fragment" },
    {
      name: "a path with dots",
      yaml: rule(to(`paths: [${HERE}/a/../b, ${HERE}/./c, /.well-known/d, /a..b]`)),
    },
    {
      name: "a path with encoded letters",
      yaml: rule(to(`paths: [${HERE}'/%61dmin', ${HERE}'/a%2Db*']`)),
      says: "decodes",
    },
    {
      name: "a path with what is encoded in requests",
      yaml: rule(to(`paths: [${HERE}'/a b', ${HERE}/café, ${HERE}'/a|b']`)),
    },
    { name: "a path with a backslash", yaml: rule(to(`paths: [${HERE}'/a\\b']`)) },
    { name: "a template without its slash", yaml: rule(to(`paths: [${HERE}'{*}', '/{*}']`)) },
    {
      name: "a host with a scheme",
      yaml: rule(to(`hosts: [${HERE}'https://a.example.com']`)),
      says: "scheme",
    },
    { name: "a host with a path", yaml: rule(to(`hosts: [${HERE}'a.example.com/b']`)), says: "path" },
    {
      name: "a principal without a slash",
      yaml: rule(from(`requestPrincipals: [${HERE}alice]`)),
      says: "issuer, slash, subject",
    },
    {
      name: "the same in a condition",
      yaml: rule(when("request.auth.principal", `notValues: [${HERE}alice]`)),
    },
    {
      name: "a method with a letter too many",
      yaml: rule(to(`methods: [${HERE}GETS]`)),
      says: "did you mean GET?",
    },
    { name: "a letter too few", yaml: rule(to(`notMethods: [${HERE}DELET]`)), says: "did you mean DELETE?" },
    { name: "a blank in front", yaml: rule(to(`methods: [${HERE}' GET']`)), says: "blank" },
    {
      name: "a header's value with a blank",
      yaml: rule(when("request.headers[x-a]", `values: [${HERE}'b ']`)),
      says: "blank",
    },
    {
      name: "a server name with a scheme",
      yaml: rule(when("connection.sni", `values: [${HERE}'https://a.test']`)),
      says: "scheme",
    },
    {
      name: "a server name with a port",
      yaml: rule(when("connection.sni", `values: [${HERE}'a.test:443']`)),
      says: "port",
    },
    { name: "a namespace and more", yaml: rule(from(`namespaces: [${HERE}foo/sleep]`)), says: "no slash" },
    {
      name: "a namespace in capitals",
      yaml: rule(when("source.namespace", `values: [${HERE}Foo]`)),
      says: "foo",
    },
    {
      name: "a peer as a namespace and an account",
      yaml: rule(from(`principals: [${HERE}foo/sleep]`)),
      says: "cluster.local/ns/foo/sa/sleep",
    },
    {
      name: "a peer without its trust domain",
      yaml: rule(from(`principals: [${HERE}ns/foo/sa/sleep]`)),
      says: "missing",
    },
    {
      name: "a peer without sa",
      yaml: rule(when("source.principal", `values: [${HERE}cluster.local/ns/foo/sleep]`)),
      says: "cluster.local/ns/foo/sa/sleep",
    },
    {
      name: "a peer with another word for sa",
      yaml: rule(from(`principals: [${HERE}td/ns/foo/serviceaccount/sleep]`)),
      says: "td/ns/foo/sa/sleep",
    },
    {
      name: "but not peers",
      yaml: rule(
        from(
          "principals: [cluster.local/ns/foo/sa/a, 'td/*', '*/sa/a', 'cluster.local/ns/foo/*', example.org/frontend, td/x/y]",
        ),
      ),
    },
    { name: "nor namespaces", yaml: rule(from("namespaces: [foo, 'foo-*', '*-bar', 'a*b', '*', n1]")) },
    { name: "nor server names", yaml: rule(when("connection.sni", "values: [a.test, '*.test', '*']")) },
    { name: "nor blanks within a value", yaml: rule(when("request.headers[x-a]", "values: ['a b']")) },
    {
      name: "nor methods, registered ones and one's own",
      yaml: rule(to("methods: [GET, 'P*', '*', M-SEARCH, PROPFIND, LOCK, LINK, QUERY, REFRESH]")),
    },
    {
      name: "nor paths",
      yaml: rule(to("paths: ['/a', '/a/*', '*/b', '*', '/{*}/c', '/d%2Fe', '/f;v=1', '/%E2%82%AC']")),
    },
    { name: "nor hosts", yaml: rule(to("hosts: [a.example.com, '*.example.com', 'a:*', '[::1]:80', '*']")) },
    { name: "nor principals", yaml: rule(from("requestPrincipals: ['a/b', '*', '*b', 'a*']")) },
    { name: "nor claims in small letters", yaml: rule(when("request.auth.claims[a]", "values: [get]")) },
  ],
};

const notStrings: LintTable = {
  id: "JP206",
  cases: [
    {
      name: "a time",
      yaml: rule(`{when: [{key: ${HERE}'request.auth.claims[exp]', values: ['1']}]}`),
      says: "a number",
    },
    {
      name: "a boolean claim of OpenID Connect",
      yaml: rule(`{when: [{key: ${HERE}'request.auth.claims[email_verified]', values: ['true']}]}`),
    },
    {
      name: "a value that looks like a number",
      yaml: rule(when("request.auth.claims[level]", `values: [${HERE}'5', a]`)),
      severity: "note",
    },
    {
      name: "one that looks like a boolean",
      yaml: rule(when("request.auth.claims[a][b]", `notValues: [${HERE}'true']`)),
      severity: "note",
    },
    { name: "but not words", yaml: rule(when("request.auth.claims[level]", "values: [five, '5*', v1]")) },
    {
      name: "nor a claim within one of these names",
      yaml: rule(when("request.auth.claims[exp][a]", "values: [b]")),
    },
    { name: "nor headers", yaml: rule(when("request.headers[x-a]", "values: ['5']")) },
  ],
};

const spaces: LintTable = {
  id: "JP207",
  cases: [
    {
      name: "two scopes in one value",
      yaml: rule(when("request.auth.claims[scope]", `values: [${HERE}'read write', read]`)),
    },
    { name: "permission", yaml: rule(when("request.auth.claims[permission]", `notValues: [${HERE}'a b']`)) },
    { name: "but not one scope", yaml: rule(when("request.auth.claims[scope]", "values: ['read:headers']")) },
    { name: "nor another claim", yaml: rule(when("request.auth.claims[name]", "values: ['Alice Smith']")) },
    { name: "nor a claim within", yaml: rule(when("request.auth.claims[scope][a]", "values: ['a b']")) },
  ],
};

const dotted = (key: string) => rule(`{when: [{key: '${key}', values: [a]}]}`);

const dots: LintTable = {
  id: "JP208",
  cases: [
    {
      name: "roles of Keycloak",
      yaml: rule(`{when: [{key: ${HERE}'request.auth.claims[realm_access.roles]', values: [a]}]}`),
      says: "request.auth.claims[realm_access][roles]",
    },
    {
      name: "with the name of a client",
      yaml: rule(`{when: [{key: ${HERE}'request.auth.claims[resource_access.my-app.roles]', values: [a]}]}`),
      says: "[resource_access][my-app][roles]",
    },
    { name: "but not a claim within a claim", yaml: dotted("request.auth.claims[realm_access][roles]") },
    { name: "nor a name that is a URI", yaml: dotted("request.auth.claims[https://example.com/roles]") },
    { name: "nor a domain", yaml: dotted("request.auth.claims[kubernetes.io]") },
    { name: "nor headers", yaml: rule(when("request.headers[a.b]", "values: [a]")) },
  ],
};

const stars: LintTable = {
  id: "JP209",
  cases: [
    { name: "in the middle of a path", yaml: rule(to(`paths: [${HERE}'/a/*/b']`)), says: "{*}" },
    { name: "two in a path", yaml: rule(to(`paths: [${HERE}'/a/*/b/*']`)), says: 'the prefix "/a/*/b/"' },
    { name: "at both ends", yaml: rule(to(`paths: [${HERE}'*a*']`)), says: 'the suffix "a*"' },
    { name: "within a host", yaml: rule(to(`hosts: [${HERE}'a.*.example.com', ${HERE}'*.example.com:*']`)) },
    { name: "a claim", yaml: rule(when("request.auth.claims[a]", `values: [${HERE}'a*b']`)) },
    { name: "a header", yaml: rule(when("request.headers[x-a]", `notValues: [${HERE}'a*b']`)) },
    { name: "a principal", yaml: rule(from(`requestPrincipals: [${HERE}'https://*.example.com/*']`)) },
    { name: "two stars alone", yaml: rule(to(`methods: [${HERE}'**']`)) },
    { name: "but not at one end", yaml: rule(to("paths: ['/a/*', '*/b', '*'], hosts: ['*.a', 'a:*']")) },
    { name: "nor in a template", yaml: rule(to("paths: ['/{*}/a', '/b/{**}']")) },
    { name: "nor in namespaces, where any is one", yaml: rule(from("namespaces: ['a*b']")) },
  ],
};

const ports: LintTable = {
  id: "JP210",
  cases: [
    { name: "a host", yaml: rule(to(`hosts: [${HERE}a.example.com]`)), says: '"a.example.com:*"' },
    {
      name: "in a DENY rule",
      yaml: rule(to(`hosts: [${HERE}a.example.com]`), "DENY"),
      says: "a client that adds the port gets past this",
    },
    {
      name: "excluded from an ALLOW rule",
      yaml: rule(to(`notHosts: [${HERE}a.example.com]`)),
      says: "gets past this",
    },
    { name: "hosts that end so", yaml: rule(to(`hosts: [${HERE}'*.example.com']`)) },
    { name: "but not with its ports", yaml: rule(to("hosts: [a.example.com, 'A.example.com:*']")) },
    { name: "nor with one port", yaml: rule(to("hosts: ['a.example.com:8080']")) },
    { name: "nor a beginning", yaml: rule(to("hosts: [a.example.com, 'a.example.com*']")) },
    { name: "nor any host", yaml: rule(to("hosts: ['*']")) },
  ],
};

const emptyLists: LintTable = {
  id: "JP222",
  cases: [
    { name: "no source", yaml: rule(`{from: ${HERE}[]}`), says: "any source" },
    {
      name: "no operation",
      yaml: rule(`{to: ${HERE}[], from: [{source: {namespaces: [a]}}]}`),
      says: "any operation",
    },
    { name: "no principals", yaml: rule(from(`principals: ${HERE}[], namespaces: [a]`)), says: "principals" },
    {
      name: "no values",
      yaml: rule(`{when: [{key: 'request.headers[a]', values: ${HERE}[], notValues: [b]}]}`),
    },
    {
      name: "no audience",
      yaml: `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec: {jwtRules: [{issuer: 'https://idp', audiences: ${HERE}[]}]}
`,
      says: "any audience",
    },
    { name: "but not lists with something", yaml: rule(from("principals: [a]")) },
    { name: "nor no rules, which allow nothing", yaml: policy("{rules: []}") },
    { name: "nor absent lists", yaml: rule("{}") },
  ],
};

export const valueTables: readonly LintTable[] = [
  impossible,
  notStrings,
  spaces,
  dots,
  stars,
  ports,
  emptyLists,
];
