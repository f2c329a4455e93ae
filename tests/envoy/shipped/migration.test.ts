// The steps of docs/migration.md: this filter and the native ones in one Envoy, as Istio puts them behind each other.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { eventually } from "../stage/eventually.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { startUpstream, type Upstream } from "../../../scripts/upstream.js";
import { runCommand } from "../../cli/string-terminal.js";

const filterType = "type.googleapis.com/envoy.extensions.filters.http";

/** What Istio makes of the RequestAuthentication below (pilot/pkg/security/authn/policy_applier.go), with the keys in it. */
const jwtAuthn = (issuer: Issuer) => ({
  name: "envoy.filters.http.jwt_authn",
  typed_config: {
    "@type": `${filterType}.jwt_authn.v3.JwtAuthentication`,
    providers: {
      "origins-0": {
        issuer: issuer.issuer,
        local_jwks: { inline_string: JSON.stringify(issuer.jwks) },
        payload_in_metadata: "payload",
        forward_payload_header: "x-jwt-payload",
        claim_to_headers: [{ header_name: "x-sub", claim_name: "sub" }],
      },
    },
    rules: [
      {
        match: { prefix: "/" },
        requires: {
          requires_any: { requirements: [{ provider_name: "origins-0" }, { allow_missing: {} }] },
        },
      },
    ],
    bypass_cors_preflight: true,
  },
});

/** What it makes of the AuthorizationPolicy: `requestPrincipals: ["*"]`. */
const rbac = () => {
  const claim = (name: string) => ({
    metadata: {
      filter: "envoy.filters.http.jwt_authn",
      path: [{ key: "payload" }, { key: name }],
      value: { string_match: { safe_regex: { regex: ".+" } } },
    },
  });
  return {
    name: "envoy.filters.http.rbac",
    typed_config: {
      "@type": `${filterType}.rbac.v3.RBAC`,
      rules: {
        action: "ALLOW",
        policies: {
          "ns[foo]-policy[allow]-rule[0]": {
            permissions: [{ any: true }],
            principals: [{ and_ids: { ids: [claim("iss"), claim("sub")] } }],
          },
        },
      },
    },
  };
};

interface Bootstrap {
  static_resources: {
    listeners: { filter_chains: { filters: { typed_config: { http_filters: object[] } }[] }[] }[];
  };
}

/** Listeners by what stands behind this filter, and how it was rendered. */
const steps = {
  "not forwarded": { flags: [], native: ["authn", "rbac"] },
  shadow: { flags: ["--dry-run", "--forward-token"], native: ["authn", "rbac"] },
  both: { flags: ["--forward-token"], native: ["authn", "rbac"] },
  "policy gone": { flags: ["--forward-token"], native: ["authn"] },
  "authentication gone": { flags: ["--forward-token"], native: ["rbac"] },
  alone: { flags: [], native: [] },
} as const;
type Step = keyof typeof steps;

describe("with the native filters in place", () => {
  let issuer: Issuer;
  let upstream: Upstream;
  const envoys = new Map<Step, RunningEnvoy>();

  before(async () => {
    [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
    const { path } = await locateEnvoy();
    const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec:
  jwtRules:
    - issuer: "${issuer.issuer}"
      jwksUri: "${issuer.jwksUri}"
      outputPayloadToHeader: x-jwt-payload
      outputClaimToHeaders: [{header: x-sub, claim: sub}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo}
spec: {rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]}
`;
    for (const [step, { flags, native }] of Object.entries(steps)) {
      const { stdout, stderr, code } = await runCommand(
        [
          ...["render", "-", "--for", "foo/app=httpbin", "--as", "envoy", "--json", ...flags],
          ...[
            "--upstream",
            `127.0.0.1:${upstream.port}`,
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
          ],
        ],
        policies,
      );
      assert.equal(code, 0, stderr);
      const bootstrap = JSON.parse(stdout) as Bootstrap;
      const filters =
        bootstrap.static_resources.listeners[0]!.filter_chains[0]!.filters[0]!.typed_config.http_filters;
      filters.splice(-1, 0, ...native.map((one) => (one === "authn" ? jwtAuthn(issuer) : rbac())));
      envoys.set(step as Step, await startEnvoy({ path, config: JSON.stringify(bootstrap) }));
    }
  });

  after(async () => {
    await Promise.all([...envoys.values()].map((envoy) => envoy.stop()));
    await Promise.all([issuer.stop(), upstream.stop()]);
  });

  interface Answer {
    readonly status: number;
    readonly body: string;
  }

  async function send(step: Step, token?: string): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${envoys.get(step)!.port("jwt-policy")}/headers`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: await response.text() };
  }

  const good = () => issuer.sign({ iss: issuer.issuer, sub: "alice" });

  const table: readonly (readonly [Step, good: number, none: number, why: string])[] = [
    ["not forwarded", 403, 403, "the token has been taken out: the native filters see a request without"],
    ["shadow", 200, 403, "the native policy decides"],
    ["both", 200, 403, "both decide alike"],
    ["policy gone", 200, 403, "this filter decides"],
    ["authentication gone", 403, 403, "the native policy finds no principal"],
    ["alone", 200, 403, "the end"],
  ];
  for (const [step, withToken, without, why] of table) {
    it(`${step}: ${why}`, async () => {
      assert.equal((await send(step, await good())).status, withToken);
      assert.equal((await send(step)).status, without);
      assert.equal((await send(step, "rubbish")).status, 401);
    });
  }

  it("the upstream gets each header once, whoever writes it", async () => {
    const headersOf = async (step: Step) => {
      const { headers } = JSON.parse((await send(step, await good())).body) as {
        headers: Record<string, string>;
      };
      return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    };
    for (const step of ["both", "alone"] as const) {
      const headers = await headersOf(step);
      assert.equal(headers["x-sub"], "alice", step);
      assert.doesNotMatch(headers["x-jwt-payload"]!, /,/, step);
    }
  });

  it("in the shadow, what would have been denied is counted and logged", async () => {
    const envoy = envoys.get("shadow")!;
    await send("shadow", await good());
    await send("shadow");
    await eventually("the counters", async () => {
      const page = await envoy.admin("/stats/prometheus?filter=jwt_policy");
      return /^jwt_policy_dry_run_allowed_total\{\} [1-9]/m.test(page) || undefined;
    });
  });
});
