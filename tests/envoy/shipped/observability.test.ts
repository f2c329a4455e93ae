// What an operator sees of decisions: access log, metrics, and log lines that never carry a token.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../stage/eventually.js";
import type { RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { everyListener, goodToken, setupFor, trusting, type TestRequest } from "../stage/harness.js";

const setup = setupFor({
  keepAccessLog: true,
  listeners: (issuer) => ({
    policy: trusting(
      issuer,
      { audiences: ["istio-jwt-test"], forwardOriginalToken: false },
      {
        authorizationPolicies: [
          { name: "may", namespace: "foo", rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] },
          {
            name: "deny",
            namespace: "foo",
            action: "DENY",
            rules: [{ to: [{ operation: { paths: ["/status/*"] } }] }],
          },
          { name: "watch", namespace: "foo", action: "AUDIT", rules: [{}] },
          { name: "would-deny", namespace: "foo", action: "DENY", dryRun: true, rules: [{}] },
        ],
        accessLog: true,
      },
    ),
    untold: trusting(issuer),
  }),
});

/** A line of the log that envoy/jwt-policy.yaml writes. */
interface LogLine {
  readonly method: string;
  readonly path: string;
  readonly code: number;
  readonly details: string;
  readonly principal: string | null;
  readonly policy: string | null;
  readonly reason: string | null;
}

/** With a text format, as many have it. */
const plain = setupFor({
  keepAccessLog: true,
  listeners: (issuer) => ({ policy: trusting(issuer, {}, { accessLog: true }) }),
  edit: everyListener({
    access_log: [
      {
        name: "envoy.access_loggers.stdout",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
          log_format: {
            text_format_source: {
              inline_string: 'principal="%FILTER_STATE(wasm.jwt_policy.principal:PLAIN)%" end\n',
            },
          },
        },
      },
    ],
  }),
});

/** What the access log has after a request. */
async function logged(envoy: RunningEnvoy, request: () => Promise<unknown>): Promise<string> {
  const before = envoy.accessLog().length;
  await request();
  return eventually("the access log's line", () => {
    const text = envoy.accessLog().slice(before);
    return text.endsWith("\n") ? text : undefined;
  });
}

describe("the access log in envoy/jwt-policy.yaml", () => {
  const may = "ns[foo]-policy[may]-rule[0]";
  const deny = "ns[foo]-policy[deny]-rule[0]";
  const cases: {
    title: string;
    /** Default: the one whose configuration asks for it. */
    listener?: string;
    path: string;
    claims?: Record<string, unknown>;
    token?: string;
    line: (principal: string) => Partial<LogLine>;
  }[] = [
    {
      title: "a request that passes",
      path: "/headers?case=passes",
      claims: {},
      line: (principal) => ({ path: "/headers", code: 200, details: "via_upstream", principal, policy: may }),
    },
    {
      title: "one that a DENY rule refuses",
      path: "/status/201",
      claims: {},
      line: (principal) => ({
        path: "/status/201",
        code: 403,
        details: `rbac_access_denied_matched_policy[${deny}]`,
        principal,
        policy: deny,
        reason: "RBAC: access denied",
      }),
    },
    {
      title: "one that no ALLOW rule lets through",
      path: "/anything",
      line: () => ({
        path: "/anything",
        code: 403,
        details: "rbac_access_denied_matched_policy[none]",
        reason: "RBAC: access denied",
      }),
    },
    {
      title: "one of a configuration without accessLog",
      listener: "untold",
      path: "/headers",
      claims: {},
      line: () => ({ path: "/headers", code: 200, details: "via_upstream" }),
    },
    {
      title: "one whose token has expired",
      path: "/headers",
      claims: { exp: 1 },
      line: () => ({
        path: "/headers",
        code: 401,
        details: "jwt_authn_access_denied{Jwt_is_expired}",
        reason: "Jwt is expired",
      }),
    },
    {
      title: "one whose token is for somebody else",
      path: "/headers",
      claims: { aud: "other" },
      line: () => ({
        path: "/headers",
        code: 403,
        details: "jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}",
        reason: "Audiences in Jwt are not allowed",
      }),
    },
    {
      title: "one with rubbish for a token, in the query too",
      path: "/headers?access_token=rubbish",
      token: "rubbish",
      line: () => ({
        path: "/headers",
        code: 401,
        details:
          "jwt_authn_access_denied{Jwt_is_not_in_the_form_of_Header.Payload.Signature_with_two_dots_and_3_sections}",
        reason: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
      }),
    },
  ];
  for (const { title, listener = "policy", path, claims, token, line } of cases) {
    it(title, async () => {
      const { envoy, issuer, send } = await setup();
      const sent = claims === undefined ? token : await goodToken(issuer, claims);
      const request: TestRequest = { path, ...(sent === undefined ? {} : { token: sent }) };
      const written = await logged(envoy, () => send(listener, request));
      assert.deepEqual(JSON.parse(written), {
        method: "GET",
        principal: null,
        policy: null,
        reason: null,
        ...line(`${issuer.issuer}/billing@clients`),
      });
    });
  }
});

describe("a sub that would forge a line, or a field, of the access log", () => {
  // Of everything that ends a line for somebody, or is not seen.
  const sub =
    'x" policy="y\\\r\nGET /forged 200\u0085\u2028\u2029\u202e\u2066\u2069\u061c\u0000\u007f\u001b]52;\ud834\udd73\ud83d\ude00\u00e9';
  const escaped =
    String.raw`x\" policy=\"y\\\u000d\u000aGET /forged 200\u0085\u2028\u2029\u202e\u2066\u2069\u061c\u0000\u007f\u001b]52;\ud834\udd73` +
    "\ud83d\ude00\u00e9";

  it("is escaped within the JSON that is shipped", async () => {
    const { envoy, issuer, send } = await setup();
    const token = await goodToken(issuer, { sub });
    const written = await logged(envoy, () => send("policy", { token }));
    assert.equal(written.trimEnd().split("\n").length, 1);
    assert.equal((JSON.parse(written) as LogLine).principal, `${issuer.issuer}/${escaped}`);
  });

  it("is escaped in a format of plain text", async () => {
    const { envoy, issuer, send } = await plain();
    const token = await goodToken(issuer, { sub });
    const written = await logged(envoy, () => send("policy", { token }));
    assert.equal(written, `principal="${issuer.issuer}/${escaped}" end\n`);
  });
});

describe("metrics in Envoy's Prometheus output", () => {
  it("have the names and labels of docs/operations.md", async () => {
    const { envoy, issuer, send } = await setup();
    const token = await goodToken(issuer);
    for (let i = 0; i < 2; i++) assert.equal((await send("policy", { token })).status, 200);
    assert.equal((await send("policy")).status, 403);
    assert.equal((await send("policy", { token: "rubbish" })).status, 401);
    const wanted = [
      /^jwt_policy_allowed_total\{\} [1-9]/m,
      /^jwt_policy_refused_total\{reason="RBAC:?_access_denied"\} [1-9]/m,
      /^jwt_policy_refused_total\{reason="Jwt_is_not_in_the_form_of[^"]*"\} [1-9]/m,
      /^jwt_policy_token_cache_hits_total\{\} [1-9]/m,
      /^jwt_policy_token_cache_misses_total\{\} [1-9]/m,
      /^jwt_policy_cached_tokens\{\} [1-9]/m,
      /^jwt_policy_audited_total\{\} [1-9]/m,
      /^jwt_policy_dry_run_denied_total\{\} [1-9]/m,
      /^jwt_policy_jwks_fetches_total\{outcome="good"\} [1-9]/m,
      /^jwt_policy_jwks_age_seconds\{jwks="http[^"]*127\.0\.0\.1[^"]*jwks\.json"\} \d/m,
      /^jwt_policy_host_crypto\{\} [01]/m,
    ];
    let page = "";
    const missing = () => wanted.filter((line) => !line.test(page));
    await eventually("all metrics", async () => {
      page = await envoy.admin("/stats/prometheus?filter=jwt_policy");
      return missing().length === 0;
    }).catch(() => assert.deepEqual(missing(), [], page));
  });
});

describe("the debug log", () => {
  it("tells the steps of a request, and never a token, a signature or a query", async () => {
    const { envoy, issuer, send } = await setup();
    const token = await goodToken(issuer, { sub: "somebody-new" });
    const before = envoy.log().length;
    assert.equal((await send("policy", { token, path: "/headers?secret=query" })).status, 200);
    assert.equal((await send("policy", { path: `/headers?access_token=${token}x` })).status, 401);
    const steps = [
      "request",
      "location",
      "key",
      "token",
      "authentication",
      "policy",
      "shadow",
      "header",
      "decision",
    ];
    const text = await eventually("the steps", () => {
      const lines = envoy.log().slice(before);
      const complete = (lines.match(/step=decision/g) ?? []).length >= 2;
      return complete && steps.every((step) => lines.includes(`step=${step}`)) ? lines : undefined;
    });
    assert.match(text, /sees=|matches=true/);
    const [header, payload, signature] = token.split(".");
    for (const secret of [header!, payload!, signature!, "secret=query"])
      assert.ok(!text.includes(secret), `the log has ${secret.slice(0, 8)}…`);
  });
});
