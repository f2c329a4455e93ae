// The listeners of the walk: all verify tokens in the same way, each enforces another AuthorizationPolicy.

import type { AuthorizationPolicy, FilteredListener, PluginConfig } from "../envoy-config.js";
import { GROUPS_CLAIM } from "../issuer/registrations.js";
import type { IssuerAddress } from "../issuer/issuer-process.js";

/** One listener of the walk, named after what its policy looks at. */
export type ListenerName =
  | "httpbin"
  | "no-policy"
  | "principal"
  | "any-principal"
  | "operation"
  | "aud"
  | "scope"
  | "groups"
  | "groups-split";

interface DemoPolicy {
  listener: ListenerName;
  /** What it enforces, in a line of the closing list. */
  summary: string;
  /** The policy's rules; undefined: no policy; "as in the file": that of envoy/jwt-policy.yaml. */
  rules: ((issuer: string) => object[]) | undefined | "as in the file";
  /** Fields that the jwtRule has besides those in the file. */
  jwtRule?: object;
}

export const demoPolicies: readonly DemoPolicy[] = [
  { listener: "httpbin", summary: "the whole policy of envoy/jwt-policy.yaml", rules: "as in the file" },
  { listener: "no-policy", summary: "RequestAuthentication only", rules: undefined },
  {
    listener: "principal",
    summary: "requestPrincipals: <iss>/billing@clients",
    rules: (issuer) => [from([`${issuer}/billing@clients`])],
  },
  { listener: "any-principal", summary: 'requestPrincipals: "*"', rules: () => [from(["*"])] },
  {
    listener: "operation",
    summary: "methods: GET, paths: /headers",
    rules: () => [{ to: [{ operation: { methods: ["GET"], paths: ["/headers"] } }] }],
  },
  { listener: "aud", summary: "claims[aud]: istio-jwt-test", rules: () => [when("aud", ["istio-jwt-test"])] },
  {
    listener: "scope",
    summary: "claims[scope]: write:database",
    rules: () => [when("scope", ["write:database"])],
  },
  {
    listener: "groups",
    summary: `claims[${GROUPS_CLAIM}]: superuser`,
    rules: () => [when(GROUPS_CLAIM, ["superuser"])],
  },
  {
    listener: "groups-split",
    summary: `the same, spaceDelimitedClaims: ${GROUPS_CLAIM}`,
    rules: () => [when(GROUPS_CLAIM, ["superuser"])],
    jwtRule: { spaceDelimitedClaims: [GROUPS_CLAIM] },
  },
];

function from(requestPrincipals: string[]): object {
  return { from: [{ source: { requestPrincipals } }] };
}

function when(claim: string, values: string[]): object {
  return { when: [{ key: `request.auth.claims[${claim}]`, values }] };
}

/**
 * The plugin configuration of every listener: that of the file with its issuer replaced by the one that runs, and
 * with the listener's own policy.
 *
 * @param inFile what envoy/jwt-policy.yaml has
 * @param firstPort the port of the first listener, the others follow; 0 lets the kernel choose all of them
 */
export function demoListeners(
  inFile: PluginConfig,
  idp: IssuerAddress,
  firstPort: number,
): FilteredListener[] {
  const [fileOrigin] = Object.keys(inFile.clusters);
  const base = JSON.parse(JSON.stringify(inFile).replaceAll(fileOrigin!, idp.origin)) as PluginConfig;
  return demoPolicies.map(({ listener, rules, jwtRule }, index) => {
    const pluginConfig = structuredClone(base);
    pluginConfig.authorizationPolicies = policiesOf(listener, rules);
    Object.assign(pluginConfig.requestAuthentications[0]!.jwtRules[0]!, jwtRule);
    return { name: listener, port: firstPort === 0 ? 0 : firstPort + index, pluginConfig };
  });

  function policiesOf(listener: ListenerName, rules: DemoPolicy["rules"]): AuthorizationPolicy[] {
    if (rules === undefined) return [];
    if (rules === "as in the file") return base.authorizationPolicies ?? [];
    return [{ name: `httpbin-${listener}`, namespace: "foo", action: "ALLOW", rules: rules(idp.issuer) }];
  }
}
