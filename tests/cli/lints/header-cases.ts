// Lints about headers, what stands in tokens, and lists that take everything: JP249 to JP255.

import { authentication, from, HERE, policy, rule, to, when, type LintTable } from "./lint-case.js";

const marked = (header: string, values: string, action?: string): string =>
  rule(when(`request.headers[${header}]`, values).replace("key: ", `key: ${HERE}`), action);
const plain = (header: string, values: string, action?: string): string =>
  rule(when(`request.headers[${header}]`, values), action);

const comparedHeaders: LintTable = {
  id: "JP249",
  cases: [
    {
      name: "the client's address",
      yaml: marked("x-forwarded-for", "values: [203.0.113.7]"),
      says: "remoteIpBlocks",
    },
    {
      name: "kept out by its address",
      yaml: marked("X-Forwarded-For", "values: ['203.0.113.*']", "DENY"),
      says: "gets past",
    },
    { name: "an address as another proxy writes it", yaml: marked("x-real-ip", "notValues: [192.0.2.1]") },
    {
      name: "an address as Envoy writes it",
      yaml: marked("x-envoy-external-address", "values: [203.0.113.0/24]"),
      says: "past the gateway",
    },
    {
      name: "a range in any header",
      yaml: marked("x-azure-socketip", "values: [203.0.113.0/24, 198.51.100.7]"),
      says: "203.0.113.0/24",
    },
    {
      name: "a path that is denied",
      yaml: marked(":path", "values: [/admin]", "DENY"),
      says: "adds one to /admin gets past",
    },
    { name: "a path that is left out", yaml: marked(":path", "notValues: ['*/private']"), says: "paths" },
    {
      name: "an end that a query has as well",
      yaml: marked(":path", "values: ['*.css']"),
      says: "writes ?.css behind it",
    },
    {
      name: "an end that is no exception",
      yaml: marked(":path", "notValues: ['*/health']", "DENY"),
      says: "?/health",
    },
    { name: "a path that is allowed", yaml: marked(":path", "values: [/a]"), says: "/a?a=b" },
    { name: "a host", yaml: marked("host", "values: [a.test]"), says: '"a.test" and "a.test:*"' },
    {
      name: "a host that is denied",
      yaml: marked("Host", "values: ['*.internal.test']", "DENY"),
      says: "gets past",
    },
    { name: "an authority", yaml: marked(":authority", "values: ['a.test:*']"), says: "A.test" },
    { name: "a cookie", yaml: marked("cookie", "values: ['session=abc']"), says: "fromCookies" },
    {
      name: "a cookie that is denied",
      yaml: marked("Cookie", "values: ['beta=1*']", "DENY"),
      says: "gets past",
    },
    { name: "a path without its slash", yaml: marked(":path", "values: ['admin*']", "DENY"), says: "slash" },
    {
      name: "a path without its colon",
      yaml: marked("path", "values: [/admin]", "DENY"),
      says: "nothing is kept out",
    },
    { name: "a method without its colon", yaml: marked("method", "values: [GET]"), says: "methods" },
    { name: "an address in RFC 7239's header", yaml: marked("forwarded", "values: ['for=192.0.2.1*']") },
    { name: "but not whether an address is told", yaml: plain("x-forwarded-for", "notValues: ['*']") },
    { name: "nor the beginning of a path", yaml: plain(":path", "values: ['/admin*']", "DENY") },
    { name: "nor a parameter", yaml: plain(":path", "values: ['*?debug=1', '/a?b=c']") },
    { name: "nor a method", yaml: plain(":method", "values: [GET]") },
    { name: "nor whether there is a host or a cookie", yaml: plain("cookie", "values: ['*']") },
    { name: "nor other headers", yaml: plain("x-version", "values: [v1/2, '10.0.0.1', a/b]") },
    { name: "nor claims", yaml: rule(when("request.auth.claims[host]", "values: [a.test]")) },
  ],
};

const bearer = (values: string) => rule(when("request.headers[authorization]", values));
const reading = authentication("{issuer: a, forwardOriginalToken: true}");

const askedFor: LintTable = {
  id: "JP250",
  cases: [
    {
      name: "any token",
      yaml: rule(`{when: [{key: ${HERE}'request.headers[authorization]', values: ['Bearer *']}]}`),
      says: "requestPrincipals",
    },
    {
      name: "any credentials, on one path",
      yaml: rule(
        `{to: [{operation: {paths: [/a]}}], when: [{key: ${HERE}'request.headers[Authorization]', values: ['*']}]}`,
      ),
    },
    {
      name: "where tokens come in another header",
      yaml:
        authentication("{issuer: a, fromHeaders: [{name: x-jwt}]}") +
        rule(`{when: [{key: ${HERE}'request.headers[authorization]', values: ['Bearer *']}]}`),
    },
    {
      name: "but not where a RequestAuthentication reads it",
      yaml: reading + bearer("values: ['Bearer *']"),
    },
    { name: "nor its absence", yaml: bearer("notValues: ['*']") },
    { name: "nor one key of one's own", yaml: bearer("values: ['Basic dTpw']") },
    {
      name: "nor where more is asked",
      yaml: rule(
        "{when: [{key: 'request.headers[authorization]', values: ['*']}, {key: 'request.headers[x-user]', notValues: ['*']}]}",
      ),
    },
    {
      name: "nor of known callers",
      yaml: rule(
        "{from: [{source: {namespaces: [a]}}], when: [{key: 'request.headers[authorization]', values: ['*']}]}",
      ),
    },
    {
      name: "nor what is denied",
      yaml: rule(when("request.headers[authorization]", "values: ['Bearer *']"), "DENY"),
    },
  ],
};

const claims = (outputs: string) => `outputClaimToHeaders: [${outputs}]`;

const outputs: LintTable = {
  id: "JP251",
  cases: [
    {
      name: "the payload where the token was",
      yaml: authentication(`{issuer: a, outputPayloadToHeader: ${HERE}Authorization}`),
      says: "no token is found",
    },
    {
      name: "a claim where the token of another rule is",
      yaml: authentication(
        `{issuer: a, ${claims(`{header: ${HERE}x-jwt, claim: sub}`)}}, {issuer: b, fromHeaders: [{name: X-Jwt}]}`,
      ),
    },
    {
      name: "the cookies with the token",
      yaml: authentication(`{issuer: a, fromCookies: [s], outputPayloadToHeader: ${HERE}cookie}`),
      says: "no token is found",
    },
    {
      name: "the client's address",
      yaml: authentication(`{issuer: a, outputPayloadToHeader: ${HERE}X-Forwarded-For}`),
      says: "is lost",
    },
    {
      name: "two claims in one header",
      yaml: authentication(
        `{issuer: a, ${claims(`{header: x-user, claim: sub}, {header: ${HERE}X-User, claim: email}`)}}`,
      ),
      says: "both values",
    },
    {
      name: "payload and claim in one header",
      yaml: authentication(
        `{issuer: a, outputPayloadToHeader: x-user, ${claims(`{header: ${HERE}x-user, claim: sub}`)}}`,
      ),
    },
    {
      name: "the payload of one issuer, a claim of another",
      yaml: authentication(
        `{issuer: a, outputPayloadToHeader: x-user}, {issuer: b, ${claims(`{header: ${HERE}x-user, claim: sub}`)}}`,
      ),
      says: "by another",
    },
    {
      name: "but not one header of two issuers",
      yaml: authentication(
        `{issuer: a, outputPayloadToHeader: x-p, ${claims("{header: x-user, claim: sub}")}}, {issuer: b, outputPayloadToHeader: x-p, ${claims("{header: x-user, claim: email}")}}`,
      ),
    },
    {
      name: "nor one claim in two headers",
      yaml: authentication(
        `{issuer: a, ${claims("{header: x-user, claim: sub}, {header: x-remote-user, claim: sub}")}}`,
      ),
    },
    {
      name: "nor the usual header where tokens are elsewhere",
      yaml: authentication("{issuer: a, fromParams: [t], outputPayloadToHeader: authorization}"),
    },
  ],
};

const onAudience = (key: string, values: string): string =>
  when(key, values).replace("key: ", `key: ${HERE}`);

const audiences: LintTable = {
  id: "JP252",
  cases: [
    {
      name: "another audience than the rule takes",
      yaml:
        authentication("{issuer: a, audiences: [api, web]}") +
        rule(onAudience("request.auth.audiences", "values: [admin]")),
      says: "api, web",
    },
    {
      name: "the same as a claim",
      yaml:
        authentication("{issuer: a, audiences: [api]}, {issuer: b, audiences: [web]}") +
        rule(onAudience("request.auth.claims[aud]", "values: [admin, 'adm*']")),
    },
    {
      name: "but not one that a rule takes",
      yaml:
        authentication("{issuer: a, audiences: [api]}, {issuer: b, audiences: [web]}") +
        rule(when("request.auth.audiences", "values: [web, admin]")),
    },
    {
      name: "nor a pattern of one",
      yaml:
        authentication("{issuer: a, audiences: ['https://api.test']}") +
        rule(when("request.auth.audiences", "values: ['https://api*']")),
    },
    {
      name: "nor where a rule takes any",
      yaml:
        authentication("{issuer: a, audiences: [api]}, {issuer: b}") +
        rule(when("request.auth.audiences", "values: [admin]")),
    },
    {
      name: "nor what is left out",
      yaml:
        authentication("{issuer: a, audiences: [api]}") +
        rule(when("request.auth.audiences", "notValues: [admin]")),
    },
    {
      name: "nor by rules for others",
      yaml:
        authentication("{issuer: a, audiences: [api]}", { namespace: "bar" }) +
        rule(when("request.auth.audiences", "values: [admin]")),
    },
    { name: "nor without rules", yaml: rule(when("request.auth.audiences", "values: [admin]")) },
  ],
};

const subject = (values: string, notValues = ""): string =>
  rule(
    when("request.auth.claims[sub]", notValues === "" ? `values: [${values}]` : `notValues: [${notValues}]`),
  );

const subjects: LintTable = {
  id: "JP253",
  cases: [
    {
      name: "issuer and subject",
      yaml: authentication("{issuer: 'https://a.test'}") + subject(`alice, ${HERE}'https://a.test/bob'`),
      says: '"bob"',
    },
    {
      name: "of an issuer that ends in a slash",
      yaml: authentication("{issuer: 'https://a.test/'}") + subject("", `${HERE}'https://a.test//bob'`),
      says: '"bob"',
    },
    {
      name: "any subject of an issuer",
      yaml: authentication("{issuer: 'https://a.test'}") + subject(`${HERE}'https://a.test/*'`),
      says: "requestPrincipals",
    },
    {
      name: "but no subject alone",
      yaml: authentication("{issuer: 'https://a.test'}") + subject("alice, 'repo:org/app', '*', 'a*'"),
    },
    {
      name: "nor a subject that is an address of its own",
      yaml: authentication("{issuer: 'https://a.test'}") + subject("'https://people.test/bob'"),
    },
    {
      name: "nor a whole principal where it belongs",
      yaml:
        authentication("{issuer: 'https://a.test'}") +
        rule(from("requestPrincipals: ['https://a.test/bob']")),
    },
    {
      name: "nor another claim",
      yaml:
        authentication("{issuer: 'https://a.test'}") +
        policy(`{rules: [${when("request.auth.claims[profile]", "values: ['https://a.test/bob']")}]}`),
    },
    { name: "nor without issuers", yaml: subject("'https://a.test/bob'") + rule(to("methods: [GET]")) },
  ],
};

const deny = (rules: string): string => policy(`{action: DENY, rules: [${rules}]}`);

const excluded: LintTable = {
  id: "JP254",
  cases: [
    {
      name: "namespaces in two sources",
      yaml: deny(`{from: [{source: {notNamespaces: [a]}}, {source: {notNamespaces: ${HERE}[b]}}]}`),
      says: "deny all",
    },
    {
      name: "paths in two operations",
      yaml: policy(
        `{rules: [{from: [{source: {namespaces: [a]}}], to: [{operation: {notPaths: ['/a*']}}, {operation: {notPaths: ${HERE}['/b', '/c']}}]}]}`,
      ),
      says: "one notPaths",
    },
    {
      name: "ranges in two rules",
      yaml: deny(
        `{from: [{source: {notRemoteIpBlocks: [10.0.0.0/8]}}]}, {from: [{source: {notRemoteIpBlocks: ${HERE}[192.0.2.1]}}]}`,
      ),
    },
    {
      name: "but not ranges that have addresses in common",
      yaml: deny(
        "{from: [{source: {notIpBlocks: [10.0.0.0/8]}}, {source: {notIpBlocks: [10.1.0.0/16]}}, {source: {notIpBlocks: ['2001:db8::/32']}}]}",
      ),
    },
    {
      name: "nor patterns that have values in common",
      yaml: deny("{to: [{operation: {notPaths: ['/a*', /x]}}, {operation: {notPaths: ['/ab*']}}]}"),
    },
    {
      name: "nor where each says more",
      yaml: deny(
        "{from: [{source: {notNamespaces: [a]}}], to: [{operation: {paths: [/a]}}]}, {from: [{source: {notNamespaces: [b]}}], to: [{operation: {paths: [/b]}}]}",
      ),
    },
    {
      name: "nor one list",
      yaml: deny("{from: [{source: {notNamespaces: [a, b]}}, {source: {notPrincipals: [x/y]}}]}"),
    },
    {
      name: "nor sources that are named",
      yaml: deny("{from: [{source: {namespaces: [a]}}, {source: {namespaces: [b]}}]}"),
    },
  ],
};

const besideStar: LintTable = {
  id: "JP255",
  cases: [
    {
      name: "a role beside all",
      yaml: rule(when("request.auth.claims[role]", `values: [admin, ${HERE}'*']`)),
      says: "take out",
    },
    { name: "a caller left out beside all", yaml: rule(from(`notPrincipals: [${HERE}'*', a/b]`), "DENY") },
    { name: "but not all alone", yaml: rule(from("principals: ['*']")) },
    { name: "nor a pattern", yaml: rule(to("paths: ['/a*', /b]")) },
  ],
};

export const headerTables: readonly LintTable[] = [
  comparedHeaders,
  askedFor,
  outputs,
  audiences,
  subjects,
  excluded,
  besideStar,
];
