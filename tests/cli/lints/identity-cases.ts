// Lints about who made a request: JP201, JP202, JP203, JP214, JP220, JP238; and of fields that came later, JP239.

import {
  authentication,
  from,
  HERE,
  policy,
  rule,
  selecting,
  to,
  when,
  type LintTable,
} from "./lint-case.js";

const issuer = "{issuer: 'https://idp/', jwksUri: 'https://idp/keys'}";
const jwt = authentication(issuer);
const markedJwt = authentication(issuer, { name: `${HERE}jwt` });
const signedIn = rule(from("requestPrincipals: ['*']"));

const unprotected: LintTable = {
  id: "JP201",
  cases: [
    { name: "no policy at all", yaml: markedJwt },
    {
      name: "but not where a rule requires its token",
      yaml: authentication("{issuer: 'https://idp/', jwksUri: 'https://idp/keys', presence: REQUIRED}"),
    },
    { name: "a policy on other things", yaml: markedJwt + rule(to("methods: [GET]")) },
    {
      name: "a policy of another namespace",
      yaml: markedJwt + rule(from("requestPrincipals: ['*']"), "ALLOW", { namespace: "bar" }),
    },
    {
      name: "a policy of another workload",
      yaml:
        authentication(issuer, { name: `${HERE}jwt` }, selecting("app: a")) +
        policy(`{${selecting("app: b")}rules: [${from("requestPrincipals: ['*']")}]}`),
    },
    {
      name: "a policy that is only tried",
      yaml:
        markedJwt +
        rule(from("requestPrincipals: ['*']"), "ALLOW", { annotations: "istio.io/dry-run: 'true'" }),
    },
    { name: "a policy that only audits", yaml: markedJwt + rule(from("requestPrincipals: ['*']"), "AUDIT") },
    {
      name: "a source with a principal beside one without",
      yaml: markedJwt + rule("{from: [{source: {requestPrincipals: ['*']}}, {source: {namespaces: [foo]}}]}"),
    },
    {
      name: "a DENY rule that only those with a token can meet",
      yaml: markedJwt + rule(from("requestPrincipals: ['*'], notRequestPrincipals: ['a/*']"), "DENY"),
    },
    { name: "but not with a principal demanded", yaml: jwt + signedIn },
    { name: "nor a claim", yaml: jwt + rule(when("request.auth.claims[a]", "values: [b]")) },
    { name: "nor an audience", yaml: jwt + rule(when("request.auth.audiences", "values: [b]")) },
    {
      name: "nor with anonymous requests denied",
      yaml: jwt + rule(from("notRequestPrincipals: ['*']"), "DENY"),
    },
    { name: "nor with all requests denied", yaml: jwt + policy("{}") },
    { name: "nor with DENY for everything", yaml: jwt + rule("{}", "DENY") },
    {
      name: "nor with a policy of the root namespace",
      yaml: jwt + rule(from("requestPrincipals: ['*']"), "ALLOW", { namespace: "istio-system" }),
    },
    {
      name: "nor with one of another root namespace that is named",
      yaml: jwt + rule(from("requestPrincipals: ['*']"), "ALLOW", { namespace: "mesh" }),
      flags: ["--root-namespace", "mesh"],
    },
    { name: "nor without a RequestAuthentication", yaml: rule(to("methods: [GET]")) },
  ],
};

const oneSlash = (principal: string) => jwt + rule(from(`requestPrincipals: [${principal}]`));

const secondSlash: LintTable = {
  id: "JP202",
  cases: [
    {
      name: "any subject",
      yaml: oneSlash(`${HERE}"https://idp/*"`),
      fixed: oneSlash('"https://idp//*"'),
      says: "https://idp//*",
    },
    {
      name: "one subject, without quotes",
      yaml: oneSlash(`${HERE}https://idp/alice`),
      fixed: oneSlash('"https://idp//alice"'),
    },
    {
      name: "two in one list",
      yaml: oneSlash(`${HERE}'https://idp/a', ${HERE}'https://idp/b'`),
      fixed: oneSlash(`"https://idp//a", "https://idp//b"`),
    },
    {
      name: "in a condition",
      yaml: jwt + rule(when("request.auth.principal", `values: [${HERE}'https://idp/a']`)),
      fixed: jwt + rule(when("request.auth.principal", `values: ["https://idp//a"]`)),
    },
    {
      name: "in a DENY rule, where it would open",
      yaml: jwt + rule(from(`notRequestPrincipals: [${HERE}'https://idp/*']`), "DENY"),
      fixed: jwt + rule(from(`notRequestPrincipals: ["https://idp//*"]`), "DENY"),
    },
    { name: "but not two slashes", yaml: oneSlash("'https://idp//*'") },
    { name: "nor any principal", yaml: oneSlash("'*'") },
    { name: "nor a realm of that host: that is another issuer", yaml: oneSlash("'https://idp/realms/a/*'") },
    {
      name: "nor an issuer without a slash at its end",
      yaml:
        authentication("{issuer: 'https://idp', jwksUri: 'https://idp/keys'}") +
        rule(from("requestPrincipals: ['https://idp/*']")),
    },
    {
      name: "nor where both issuers are known",
      yaml:
        authentication(`${issuer}, {issuer: 'https://idp', jwksUri: 'https://idp/keys'}`) +
        rule(from("requestPrincipals: ['https://idp/*']")),
    },
  ],
};

const unknownIssuer: LintTable = {
  id: "JP203",
  cases: [
    {
      name: "another host",
      yaml: oneSlash(`${HERE}'https://other/*'`),
      says: "the issuers are https://idp/",
    },
    { name: "a realm of that host", yaml: oneSlash(`${HERE}'https://idp/realms/a/*'`) },
    { name: "http for https", yaml: oneSlash(`${HERE}'http://idp//*'`) },
    { name: "an issuer alone", yaml: oneSlash(`${HERE}'https://idp*'`) },
    {
      name: "in a condition on iss",
      yaml: jwt + rule(when("request.auth.claims[iss]", `values: [${HERE}https://idp]`)),
      says: "iss is compared as a whole",
    },
    {
      name: "but not iss as it is, by a pattern, or excluded",
      yaml:
        jwt +
        rule(when("request.auth.claims[iss]", "values: ['https://idp/', 'https://*']")) +
        rule(when("request.auth.claims[iss]", "notValues: [x]")),
    },
    { name: "but not the issuer", yaml: oneSlash("'https://idp//a'") },
    { name: "nor a principal that ends so", yaml: oneSlash("'*/a', '*a'") },
    {
      name: "nor beside a rule for any issuer",
      yaml:
        authentication(`${issuer}, {jwksUri: 'https://any/keys'}`) + rule(from("requestPrincipals: ['x/*']")),
    },
    { name: "nor where the issuers are not in the files", yaml: rule(from("requestPrincipals: ['x/*']")) },
    {
      name: "nor with the issuer's rule in the root namespace",
      yaml:
        jwt +
        authentication("{issuer: x, jwks: '{\"keys\":[]}'}", { namespace: "istio-system", name: "all" }) +
        rule(from("requestPrincipals: ['x/*']")),
    },
  ],
};

const cors = (name: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: foo}
spec: {hosts: [a], http: [{corsPolicy: {allowOrigins: [{exact: 'https://a'}]}, route: [{destination: {host: a}}]}]}
---
`;
const corsRoute = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: foo}
spec: {rules: [{filters: [{type: CORS, cors: {allowOrigins: ['https://a']}}]}]}
---
`;
const marked = { name: `${HERE}allow` };
const principal = from("requestPrincipals: ['*']");

const preflights: LintTable = {
  id: "JP214",
  cases: [
    {
      name: "a principal for everything, and browsers come",
      yaml: cors("web") + rule(principal, "ALLOW", marked),
      says: "the VirtualService web has a corsPolicy",
    },
    {
      name: "by a route of the Gateway API, too",
      yaml: corsRoute + rule(principal, "ALLOW", marked),
      says: "the HTTPRoute web has a CORS filter",
    },
    { name: "but not where nothing tells of browsers", yaml: rule(principal) },
    {
      name: "nor where they come in another namespace",
      yaml: cors("web").replace("foo", "bar") + rule(principal),
    },
    {
      name: "a rule for OPTIONS that wants a principal",
      yaml: rule(
        `${HERE}{from: [{source: {requestPrincipals: ['*']}}], to: [{operation: {methods: [GET, OPTIONS]}}]}`,
      ),
      says: "names OPTIONS",
    },
    {
      name: "nor a denial of requests without a token",
      yaml: rule(from("notRequestPrincipals: ['*']"), "DENY"),
    },
    {
      name: "but the same where browsers come",
      yaml: cors("web") + rule(`${HERE}${from("notRequestPrincipals: ['*']")}`, "DENY"),
    },
    {
      name: "the same on some paths",
      yaml:
        cors("web") +
        rule(
          `${HERE}{from: [{source: {notRequestPrincipals: ['*']}}], to: [{operation: {paths: [/a]}}]}`,
          "DENY",
        ),
    },
    {
      name: "one remark for two policies",
      yaml: cors("web") + rule(principal, "ALLOW", marked) + rule(principal, "ALLOW", { name: "b" }),
    },
    {
      name: "but not with OPTIONS let through",
      yaml: cors("web") + policy(`{rules: [${principal}, ${to("methods: [OPTIONS]")}]}`),
    },
    {
      name: "nor by a policy of its own",
      yaml: cors("web") + rule(principal) + rule(to("methods: [OPTIONS]"), "ALLOW", { name: "b" }),
    },
    {
      name: "nor by a pattern",
      yaml: cors("web") + policy(`{rules: [${principal}, ${to("methods: ['*']")}]}`),
    },
    {
      name: "nor by what is not excluded",
      yaml: cors("web") + policy(`{rules: [${principal}, ${to("notMethods: [POST]")}]}`),
    },
    {
      name: "nor with OPTIONS left out of the denial",
      yaml:
        cors("web") +
        rule(
          "{from: [{source: {notRequestPrincipals: ['*']}}], to: [{operation: {notMethods: [OPTIONS]}}]}",
          "DENY",
        ),
    },
    {
      name: "nor with other methods denied",
      yaml:
        cors("web") +
        rule(
          "{from: [{source: {notRequestPrincipals: ['*']}}], to: [{operation: {methods: [POST]}}]}",
          "DENY",
        ),
    },
    { name: "nor where no principal is wanted", yaml: cors("web") + rule(to("methods: [GET]")) },
    {
      name: "nor by a policy that is only tried",
      yaml: rule(principal, "ALLOW", { annotations: "istio.io/dry-run: 'true'" }),
    },
  ],
};

const stripped: LintTable = {
  id: "JP220",
  cases: [
    {
      name: "the authorization header",
      yaml: jwt + rule(`{when: [{key: ${HERE}'request.headers[Authorization]', values: ['*']}]}`),
    },
    {
      name: "a header of the rule's own",
      yaml:
        authentication("{issuer: a, jwksUri: 'https://idp/keys', fromHeaders: [{name: X-Token}]}") +
        rule(`{when: [{key: ${HERE}'request.headers[x-token]', values: ['*']}]}`),
    },
    {
      name: "the cookies, where a rule takes them whole",
      yaml:
        authentication(
          "{issuer: a, jwksUri: 'https://idp/keys', fromHeaders: [{name: Cookie, prefix: 't='}]}",
        ) + rule(`{when: [{key: ${HERE}'request.headers[cookie]', values: ['*']}]}`),
    },
    {
      name: "but not the cookies that it reads one of",
      yaml:
        authentication("{issuer: a, jwksUri: 'https://idp/keys', fromCookies: [t]}") +
        rule(when("request.headers[cookie]", "values: ['*']")),
    },
    {
      name: "but not with the token forwarded",
      yaml:
        authentication("{issuer: a, jwksUri: 'https://idp/keys', forwardOriginalToken: true}") +
        rule(when("request.headers[authorization]", "values: ['*']")),
    },
    {
      name: "nor with the token elsewhere",
      yaml:
        authentication("{issuer: a, jwksUri: 'https://idp/keys', fromParams: [t]}") +
        rule(when("request.headers[authorization]", "values: ['*']")),
    },
    { name: "nor another header", yaml: jwt + rule(when("request.headers[x-a]", "values: ['*']")) },
    {
      name: "nor without a RequestAuthentication",
      yaml: rule(when("request.headers[authorization]", "values: ['*']")),
    },
  ],
};

const requiredA = "issuer: 'https://a', jwksUri: 'https://a/keys'";
const requiredB = "issuer: 'https://b', jwksUri: 'https://b/keys'";
const inHeader = "fromHeaders: [{name: x-b}]";

const requiredTokens: LintTable = {
  id: "JP238",
  cases: [
    {
      name: "two required in the same places",
      yaml: authentication(
        `{${requiredA}, presence: ${HERE}REQUIRED}, {${requiredB}, presence: ${HERE}REQUIRED}`,
      ),
      says: "no request can pass",
    },
    {
      name: "one required, in the same places",
      yaml: authentication(`{${requiredA}, presence: ${HERE}REQUIRED}, {${requiredB}}`),
      says: "tokens of https://b are always refused",
    },
    {
      name: "in another RequestAuthentication for the same pods",
      yaml:
        authentication(`{${requiredA}, presence: ${HERE}REQUIRED}`) +
        authentication(`{${requiredB}}`, { name: "other" }),
    },
    {
      name: "but not for other pods",
      yaml:
        authentication(`{${requiredA}, presence: REQUIRED}`, {}, selecting("app: a")) +
        authentication(`{${requiredB}}`, { name: "other" }, selecting("app: b")),
    },
    {
      name: "nor with places of their own",
      yaml: authentication(
        `{${requiredA}, presence: REQUIRED}, {${requiredB}, ${inHeader}, presence: REQUIRED}`,
      ),
    },
    {
      name: "nor for one issuer",
      yaml: authentication(`{${requiredA}, presence: REQUIRED}, {${requiredA}, audiences: [x]}`),
    },
    { name: "nor where none is required", yaml: authentication(`{${requiredA}}, {${requiredB}}`) },
  ],
};

const spaced = authentication(`{${requiredA}, ${HERE}spaceDelimitedClaims: [groups]}`);
const required = authentication(`{${requiredA}, ${HERE}presence: REQUIRED}`);
const unmarked = (yaml: string) => yaml.replaceAll(HERE, "");

const newerFields: LintTable = {
  id: "JP239",
  cases: [
    {
      name: "presence before 1.32",
      yaml: required,
      severity: "error",
      flags: ["--istio-version", "1.31"],
      says: "since 1.32",
    },
    { name: "but not in it", yaml: unmarked(required), flags: ["--istio-version", "1.32.0"] },
    { name: "nor where no Istio is named", yaml: unmarked(required) },
    { name: "spaceDelimitedClaims", yaml: spaced, severity: "error", flags: ["--istio-version", "v1.27.3"] },
    {
      name: "service accounts",
      yaml: rule(`{from: [{source: {${HERE}serviceAccounts: [a/b]}}]}`),
      severity: "error",
      flags: ["--istio-version", "1.24"],
    },
    {
      name: "trust domains",
      yaml: rule(`{from: [{source: {${HERE}notTrustDomains: [a.example.com]}}]}`),
      severity: "error",
      flags: ["--istio-version", "1.29.1"],
    },
    { name: "nothing else", yaml: unmarked(spaced) + signedIn, flags: ["--istio-version", "1.28"] },
  ],
};

export const identityTables: readonly LintTable[] = [
  unprotected,
  secondSlash,
  unknownIssuer,
  preflights,
  stripped,
  requiredTokens,
  newerFields,
];
