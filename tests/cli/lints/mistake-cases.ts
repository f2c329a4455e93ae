// Mistakes that open or shut something without a word: principals that nobody has, rules that were meant as one, policies in the wrong
// namespace, values in a language that policies do not have.

import { authentication, from, policy, rule, selecting, to, when, type LintTable } from "./lint-case.js";

const issuer = "https://idp.test";
const keys = `${issuer}/keys`;
const login = authentication(`{issuer: "${issuer}", jwksUri: "${keys}"}`);
const gatewayPods = (namespace: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: ${namespace}}
spec: {template: {metadata: {labels: {istio: ingressgateway, app: istio-ingressgateway}}}}
---
`;
const gatewayObject = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, servers: []}
---
`;
const apiGateway = (namespace: string, gatewayClass = "istio") => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: ${namespace}}
spec: {gatewayClassName: ${gatewayClass}, listeners: []}
---
`;
const allowNothing = (namespace: string) => policy("{}", { name: "»nothing", namespace });
const nothing = (namespace: string) => policy("{}", { name: "nothing", namespace });
const rules = (...texts: readonly string[]) => policy(`{rules: [${texts.join(", ")}]}`);
const peer = 'principals: ["cluster.local/ns/foo/sa/a"]';
const jwtRule = (fields: string) => authentication(`{${fields}}`);
const claim = (value: string) => rule(when("request.auth.claims[groups]", `values: [${value}]`));

const places = (fields: string) => jwtRule(`issuer: "${issuer}", jwksUri: "${keys}", ${fields}`);

export const mistakeTables: readonly LintTable[] = [
  {
    id: "JP228",
    cases: [
      {
        name: "none in another namespace",
        yaml: login.replace("namespace: foo", "namespace: bar") + rule(from('requestPrincipals: »["*"]')),
        says: "RequestAuthentication bar/jwt, in another namespace",
      },
      {
        name: "none of other labels",
        yaml:
          authentication(`{issuer: "${issuer}", jwksUri: "${keys}"}`, {}, selecting("app: a")) +
          policy(
            `{${selecting("app: b")}rules: [${when("»request.auth.claims[a]", "values: [b]").replace("'»", "»'")}]}`,
          ),
        says: "for other workloads",
      },
      {
        name: "none at all",
        yaml: rule(from('notRequestPrincipals: »["*"]'), "DENY"),
        severity: "note",
        says: "denies all",
      },
      { name: "one for the namespace", yaml: login + rule(from('requestPrincipals: ["*"]')) },
      {
        name: "one of the root namespace",
        yaml:
          login.replace("namespace: foo", "namespace: istio-system") + rule(from('requestPrincipals: ["*"]')),
      },
      { name: "a rule on peers", yaml: rule(from(peer)) },
    ],
  },
  {
    id: "JP229",
    cases: [
      { name: "from and to", yaml: rules(from(peer), `»${to("methods: [GET]")}`), says: "open to anybody" },
      {
        name: "among others",
        yaml: rules(from(peer), `»${to("paths: [/orders]")}`, from("namespaces: [b]")),
        severity: "note",
      },
      { name: "to and from, of a private path", yaml: rules(to("paths: [/admin]"), `»${from(peer)}`) },
      {
        name: "a token and its claim",
        yaml:
          login +
          rules(from('requestPrincipals: ["*"]'), `»${when("request.auth.claims[a]", "values: [b]")}`),
        says: "each lets in by itself",
      },
      { name: "a public path after a source", yaml: rules(from(peer), to("paths: [/healthz]")) },
      { name: "a public path before a source", yaml: rules(to("paths: [/metrics]"), from(peer)) },
      { name: "a port of its own", yaml: rules(from(peer), to('ports: ["15020"]')) },
      { name: "preflights", yaml: rules(from(peer), to("methods: [OPTIONS]")) },
      {
        name: "one rule",
        yaml: rules("{from: [{source: {namespaces: [a]}}], to: [{operation: {methods: [GET]}}]}"),
      },
      { name: "two sources", yaml: rules(from(peer), from("namespaces: [b]")) },
      { name: "DENY", yaml: policy(`{action: DENY, rules: [${from(peer)}, ${to("paths: [/a]")}]}`) },
    ],
  },
  {
    id: "JP230",
    cases: [
      {
        name: "in principals",
        yaml: rule(from('principals: [»"spiffe://a.b/ns/foo/sa/a"]')),
        fixed: rule(from('principals: ["a.b/ns/foo/sa/a"]')),
      },
      {
        name: "excluded",
        yaml: rule(from("notPrincipals: [»spiffe://a.b/ns/foo/sa/a]")),
        fixed: rule(from('notPrincipals: ["a.b/ns/foo/sa/a"]')),
        says: "nobody is kept out",
      },
      {
        name: "in a condition",
        yaml: rule(when("source.principal", 'values: [»"spiffe://a.b/ns/foo/sa/*"]')),
        fixed: rule(when("source.principal", 'values: ["a.b/ns/foo/sa/*"]')),
      },
      { name: "without", yaml: rule(from(peer)) },
      {
        name: "as a claim",
        yaml: login + rule(when("request.auth.claims[spiffe]", 'values: ["spiffe://a"]')),
      },
    ],
  },
  {
    id: "JP231",
    cases: [
      {
        name: "of the root namespace",
        yaml: allowNothing("istio-system") + gatewayPods("istio-system"),
        says: "Deployment istio-system/ingress",
      },
      { name: "with the Gateway alone", yaml: allowNothing("istio-system") + gatewayObject },
      { name: "a Gateway of the Gateway API", yaml: allowNothing("istio-system") + apiGateway("edge") },
      { name: "of the gateway's namespace", yaml: allowNothing("edge") + gatewayPods("edge") },
      {
        name: "opened by a policy for the gateway",
        yaml:
          nothing("istio-system") +
          gatewayPods("istio-system") +
          policy(`{${selecting("istio: ingressgateway")}rules: [{}]}`, { namespace: "istio-system" }),
      },
      {
        name: "opened by a targetRef",
        yaml:
          nothing("istio-system") +
          apiGateway("edge") +
          policy(
            "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], rules: [{}]}",
            { namespace: "edge" },
          ),
      },
      { name: "without a gateway", yaml: nothing("istio-system") },
      { name: "a waypoint", yaml: nothing("istio-system") + apiGateway("foo", "istio-waypoint") },
      { name: "of another namespace", yaml: nothing("foo") + gatewayPods("istio-system") },
    ],
  },
  {
    id: "JP232",
    cases: [
      {
        name: "a selector, with the gateway's pods elsewhere",
        yaml:
          gatewayPods("istio-system") +
          policy("{selector: »{matchLabels: {istio: ingressgateway}}, rules: [{}]}"),
        says: "istio-system",
      },
      {
        name: "a selector, without the gateway",
        yaml: authentication(
          "{issuer: a, jwks: '{}'}",
          {},
          "selector: »{matchLabels: {istio: ingressgateway}}, ",
        ),
      },
      {
        name: "a targetRef",
        yaml:
          apiGateway("edge") +
          policy(
            "{targetRefs: »[{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], rules: [{}]}",
          ),
        says: "put the policy into edge",
      },
      {
        name: "where the gateway is",
        yaml: gatewayPods("foo") + policy("{selector: {matchLabels: {istio: ingressgateway}}, rules: [{}]}"),
      },
      {
        name: "in the root namespace",
        yaml: policy("{selector: {matchLabels: {istio: ingressgateway}}, rules: [{}]}", {
          namespace: "istio-system",
        }),
      },
      {
        name: "in a namespace for gateways",
        yaml: policy("{selector: {matchLabels: {istio: ingress}}, rules: [{}]}", {
          namespace: "istio-ingress",
        }),
      },
      {
        name: "a gateway in each of two namespaces",
        yaml:
          apiGateway("edge") +
          apiGateway("foo") +
          policy(
            "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], rules: [{}]}",
          ),
      },
    ],
  },
  {
    id: "JP233",
    cases: [
      {
        name: "a provider's configuration",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: »"${issuer}/.well-known/openid-configuration"`),
        says: "jwks_uri",
      },
      {
        name: "that of OAuth 2.0",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: »"${issuer}/.well-known/oauth-authorization-server"`),
      },
      { name: "the issuer", yaml: jwtRule(`issuer: "${issuer}/", jwksUri: »"${issuer}"`) },
      { name: "a placeholder", yaml: jwtRule(`issuer: "${issuer}", jwksUri: »"https://{domain}/keys"`) },
      {
        name: "keys below it",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${issuer}/.well-known/openid-configuration/jwks"`),
      },
      { name: "keys", yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${issuer}/.well-known/jwks.json"`) },
    ],
  },
  {
    id: "JP234",
    cases: [
      {
        name: "of every tenant",
        yaml: jwtRule(`issuer: »"https://sts.windows.net/{tenantid}/", jwksUri: "${keys}"`),
        says: "each has a rule of its own",
      },
      { name: "a placeholder", yaml: jwtRule(`issuer: »"https://YOUR_DOMAIN/", jwksUri: "${keys}"`) },
      {
        name: "the endpoint for all tenants",
        yaml: jwtRule(`issuer: »"https://login.microsoftonline.com/common/v2.0", jwksUri: "${keys}"`),
      },
      { name: "a blank", yaml: jwtRule(`issuer: »"${issuer} ", jwksUri: "${keys}"`) },
      { name: "a wildcard", yaml: jwtRule(`issuer: »"https://*.idp.test", jwksUri: "${keys}"`) },
      {
        name: "the configuration",
        yaml: jwtRule(`issuer: »"${issuer}/.well-known/openid-configuration", jwksUri: "${keys}"`),
      },
      { name: "a word", yaml: jwtRule(`issuer: »"null", jwksUri: "${keys}"`) },
      {
        name: "an audience for all",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${keys}", audiences: [»"*"]`),
        says: "no wildcards",
      },
      {
        name: "two audiences in one",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${keys}", audiences: [»"a, b"]`),
        says: "on its own",
      },
      {
        name: "an audience to be filled in",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${keys}", audiences: [»"<client-id>"]`),
      },
      {
        name: "an audience with a blank",
        yaml: jwtRule(`issuer: "${issuer}", jwksUri: "${keys}", audiences: [»"a "]`),
      },
      {
        name: "audiences",
        yaml: jwtRule(
          `issuer: "${issuer}", jwksUri: "${keys}", audiences: ["https://api.test/", "api://8f3a-11", "my app", "a.apps.test"]`,
        ),
      },
      {
        name: "of a tenant",
        yaml: jwtRule(`issuer: "https://login.microsoftonline.com/8f3a/v2.0", jwksUri: "${keys}"`),
      },
      { name: "a mail address", yaml: jwtRule(`issuer: "testing@secure.istio.io", jwksUri: "${keys}"`) },
    ],
  },
  {
    id: "JP235",
    cases: [
      {
        name: "a registered claim in capitals",
        yaml: rule(`{when: [{key: »"request.auth.claims[Scope]", values: [a]}]}`),
        says: "request.auth.claims[scope]",
      },
      {
        name: "all claims",
        yaml: rule(`{when: [{key: »"request.auth.claims[*]", values: [a]}]}`),
        says: "one claim",
      },
      {
        name: "what a claim is to be",
        yaml: rule(`{when: [{key: »"request.auth.claims[role=admin]", values: ['*']}]}`),
        says: "under values",
      },
      {
        name: "but not claims of one's own in capitals, or with signs in them",
        yaml: rule(
          `{when: [{key: "request.auth.claims[Role]", values: [a]}, {key: "request.auth.claims[https://a.test/b?c=d]", values: [a]}]}`,
        ),
      },
      {
        name: "quotes",
        yaml: rule(`{when: [{key: »'request.auth.claims["groups"]', values: [a]}]}`),
        fixed: rule(`{when: [{key: "request.auth.claims[groups]", values: [a]}]}`),
      },
      {
        name: "blanks",
        yaml: rule(`{when: [{key: »"request.auth.claims[ groups ]", values: [a]}]}`),
        fixed: rule(`{when: [{key: "request.auth.claims[groups]", values: [a]}]}`),
      },
      {
        name: "quotes in a header",
        yaml: rule(`{when: [{key: »'request.headers["x-a"]', values: [a]}]}`),
        fixed: rule(`{when: [{key: "request.headers[x-a]", values: [a]}]}`),
      },
      {
        name: "an index",
        yaml: rule(`{when: [{key: »"request.auth.claims[groups][0]", values: [a]}]}`),
        fixed: rule(`{when: [{key: "request.auth.claims[groups]", values: [a]}]}`),
      },
      {
        name: "a colon",
        yaml: rule(`{when: [{key: »"request.headers[x-a:]", values: [a]}]}`),
        says: "without colon",
      },
      { name: "a blank within", yaml: rule(`{when: [{key: »"request.headers[x a]", values: [a]}]}`) },
      { name: "a pseudo-header", yaml: rule(when("request.headers[:method]", "values: [GET]")) },
      { name: "a claim", yaml: rule(when("request.auth.claims[groups]", "values: [a]")) },
      {
        name: "a claim within another",
        yaml: rule(when("request.auth.claims[realm_access][roles]", "values: [a]")),
      },
      { name: "a URL", yaml: rule(when("request.auth.claims[https://a.test/roles]", "values: [a]")) },
      { name: "a header", yaml: rule(when("request.headers[X-A]", "values: [a]")) },
    ],
  },
  {
    id: "JP241",
    cases: [
      {
        name: "a tool, and no revision",
        yaml: rule(`{when: [{key: »"request.headers[Mcp-Name]", values: [read]}]}`),
        says: "before 2026-07-28",
      },
      {
        name: "a method, and an older revision",
        yaml: rule(
          `{when: [{key: »"request.headers[mcp-method]", values: [tools/list]}, {key: "request.headers[mcp-protocol-version]", values: ["2026-07-28", "2025-11-25"]}]}`,
        ),
        says: "one method here and another there",
      },
      {
        name: "any revision",
        yaml: rule(
          `{when: [{key: »"request.headers[mcp-method]", values: [tools/list]}, {key: "request.headers[mcp-protocol-version]", values: ["*"]}]}`,
        ),
      },
      {
        name: "a tool that is denied",
        yaml: rule(`{when: [{key: »"request.headers[mcp-name]", values: [drop]}]}`, "DENY"),
        says: "Base64",
      },
      {
        name: "a tool that must not be",
        yaml: rule(
          `{when: [{key: »"request.headers[mcp-name]", notValues: [drop]}, {key: "request.headers[mcp-protocol-version]", values: ["2026-07-28"]}]}`,
        ),
        says: "Base64",
      },
      {
        name: "a tool of this revision",
        yaml: rule(
          `{when: [{key: "request.headers[mcp-name]", values: [read]}, {key: "request.headers[mcp-protocol-version]", values: ["2026-07-28"]}]}`,
        ),
      },
      {
        name: "every request without a name is denied",
        yaml: rule(when("request.headers[mcp-name]", 'notValues: ["*"]'), "DENY"),
      },
      { name: "another header", yaml: rule(when("request.headers[mcp-session-id]", "values: [a]")) },
    ],
  },
  {
    id: "JP240",
    cases: [
      {
        name: "Bearer taken for a part of the token",
        yaml: places(`fromHeaders: [{name: »Authorization}]`),
        says: 'prefix: "Bearer "',
      },
      {
        name: "with a prefix that says nothing",
        yaml: places(`fromHeaders: [{name: »authorization, prefix: ""}]`),
      },
      { name: "a header with its colon", yaml: places(`fromHeaders: [{name: »"x-token:"}]`) },
      {
        name: "a parameter as it stands in a URL",
        yaml: places(`fromParams: [»"?access_token"]`),
        says: "alone: access_token",
      },
      {
        name: "a parameter with its equals sign",
        yaml: places(`fromParams: [»"access_token="]`),
        says: "alone: access_token",
      },
      {
        name: "a cookie with a value",
        yaml: places(`fromCookies: [»"session=abc"]`),
        says: "alone: session",
      },
      {
        name: "a header of one's own",
        yaml: places(`fromHeaders: [{name: x-token}, {name: x-jwt, prefix: "JWT "}]`),
      },
      {
        name: "the default, written out",
        yaml: places(`fromHeaders: [{name: Authorization, prefix: "Bearer "}]`),
      },
      {
        name: "parameters and cookies",
        yaml: places(`fromParams: [access_token, "a[b]"], fromCookies: [session, __Host-id]`),
      },
    ],
  },
  {
    id: "JP236",
    cases: [
      { name: "anchors", yaml: claim('»"^admin$"') },
      { name: "any number of anything", yaml: claim('»"admin.*"') },
      { name: "alternatives", yaml: claim('»"admin|ops"') },
      { name: "alternatives of a path", yaml: rule(to('paths: [»"/(a|b)/c"]')) },
      { name: "a class", yaml: rule(to('paths: [»"/users/[0-9]+"]')) },
      { name: "everything below a path", yaml: rule(to('paths: [»"/api/.*"]')), says: "regular expression" },
      { name: "an escaped dot", yaml: rule(to(`hosts: [»'.*\\.a\\.test']`)) },
      { name: "JSON", yaml: claim(`»'["admin"]'`), says: "list in one string" },
      { name: "commas", yaml: claim('»"admin,ops"') },
      { name: "methods", yaml: rule(to('methods: [»"GET,POST"]')) },
      {
        name: "a parameter of a route",
        yaml: rule(to('paths: [»"/users/{id}", »"/users/:id/x"]')),
        says: "{*}",
      },
      {
        name: "values as they are",
        yaml:
          claim(
            '"a.b", "a*", "*", "a+b@c.test", "auth0|abc1", "cn=admin,ou=ops", "https://a.test/x", "a-b_c"',
          ) +
          rule(to('paths: ["/a.b/*", "/favicon.*", "/a/{*}/b", "*.html", "/$metadata", "/a,b"]'), "ALLOW", {
            name: "b",
          }) +
          rule(to('hosts: ["shop.*", "*.a.test", "a.test:8080", "[::1]:80"]'), "ALLOW", { name: "c" }) +
          rule(when("request.auth.claims[sub]", 'values: ["google-oauth|abc"]'), "ALLOW", { name: "d" }) +
          rule(when("source.ip", 'values: ["10.0.0.0/8"]'), "ALLOW", { name: "e" }),
      },
    ],
  },
  {
    id: "JP237",
    cases: [
      {
        name: "a URL",
        yaml: jwtRule(
          `issuer: "${issuer}", jwksUri: "${keys}", outputClaimToHeaders: [{header: x-t, claim: »"https://a.test/tenant"}]`,
        ),
      },
      {
        name: "a domain",
        yaml: jwtRule(
          `issuer: "${issuer}", jwksUri: "${keys}", outputClaimToHeaders: [{header: x-t, claim: »"kubernetes.io.namespace"}]`,
        ),
      },
      {
        name: "levels",
        yaml: jwtRule(
          `issuer: "${issuer}", jwksUri: "${keys}", outputClaimToHeaders: [{header: x-t, claim: realm_access.roles}, {header: x-u, claim: sub}]`,
        ),
      },
    ],
  },
];
