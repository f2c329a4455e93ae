// Objects and workloads: which policies does Istio apply? data/istio-selections.json has real Istio's answers.

export interface SelectionCase {
  readonly name: string;
  /** Istio's YAML. */
  readonly resources: string;
  /** As in `render --for`. */
  readonly workload: string;
  readonly type?: "gateway" | "waypoint";
}

/** A RequestAuthentication; the audience tells its rules apart. */
const request = (namespace: string, name: string, attachment = "", issuer = "a") => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: ${name}, namespace: ${namespace}}
spec: {${attachment}jwtRules: [{issuer: ${issuer}, audiences: [${namespace}.${name}], jwksUri: 'https://idp/keys'}]}
---`;

const policy = (namespace: string, name: string, attachment = "", action = "ALLOW") => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: {${attachment}action: ${action}, rules: [{to: [{operation: {methods: [GET]}}]}]}
---`;

const both = (namespace: string, name: string, attachment = "") =>
  request(namespace, name, attachment) + policy(namespace, name, attachment);

const labels = (text: string) => `selector: {matchLabels: {${text}}}, `;
const gateway = (name: string) =>
  `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: ${name}}], `;
const oneGateway = (name: string) =>
  `targetRef: {group: gateway.networking.k8s.io, kind: Gateway, name: ${name}}, `;

const mesh =
  both("istio-system", "everywhere") +
  both("istio-system", "some", labels("app: a")) +
  both("foo", "all") +
  both("foo", "a", labels("app: a")) +
  both("foo", "a-v1", labels("app: a, version: v1")) +
  both("foo", "b", labels("app: b")) +
  both("foo", "empty", "selector: {}, ") +
  both("foo", "to-gateway", gateway("g")) +
  both("bar", "all") +
  both("bar", "a", labels("app: a"));

const gatewayLabel = "gateway.networking.k8s.io/gateway-name";

export const selectionCases: readonly SelectionCase[] = [
  { name: "no labels", resources: mesh, workload: "foo" },
  { name: "one label", resources: mesh, workload: "foo/app=a" },
  { name: "more labels than any selector", resources: mesh, workload: "foo/app=a,version=v1,zone=z" },
  { name: "another value", resources: mesh, workload: "foo/app=b" },
  { name: "a value nobody selects", resources: mesh, workload: "foo/app=c" },
  { name: "another namespace", resources: mesh, workload: "bar/app=a" },
  { name: "a namespace without policies", resources: mesh, workload: "baz/app=a" },
  { name: "the root namespace", resources: mesh, workload: "istio-system/app=a" },
  { name: "labels are compared by case", resources: mesh, workload: "foo/app=A" },
  {
    name: "a gateway of the Gateway API",
    resources: mesh,
    workload: `foo/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "such a gateway with labels",
    resources: mesh,
    workload: `foo/${gatewayLabel}=g,app=a`,
    type: "gateway",
  },
  { name: "another such gateway", resources: mesh, workload: `foo/${gatewayLabel}=h`, type: "gateway" },
  {
    name: "a gateway of that name in another namespace",
    resources: mesh,
    workload: `bar/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "the legacy targetRef",
    resources: both("foo", "one", oneGateway("g")) + both("foo", "other", oneGateway("h")),
    workload: `foo/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "several targetRefs",
    resources: both(
      "foo",
      "two",
      "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: x}, {group: gateway.networking.k8s.io, kind: Gateway, name: g}], ",
    ),
    workload: `foo/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "a targetRef to another kind",
    resources: both("foo", "service", "targetRefs: [{kind: Service, name: g}], ") + both("foo", "all"),
    workload: `foo/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "a waypoint without service",
    resources: mesh,
    workload: `foo/${gatewayLabel}=g`,
    type: "waypoint",
  },
  {
    name: "a waypoint and its class",
    resources:
      both(
        "istio-system",
        "class",
        "targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}], ",
      ) +
      both(
        "foo",
        "not-in-root",
        "targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}], ",
      ) +
      both(
        "istio-system",
        "other-class",
        "targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: other}], ",
      ),
    workload: `foo/${gatewayLabel}=g`,
    type: "waypoint",
  },
  {
    name: "the class, for a gateway that is no waypoint",
    resources: both(
      "istio-system",
      "class",
      "targetRefs: [{group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}], ",
    ),
    workload: `foo/${gatewayLabel}=g`,
    type: "gateway",
  },
  {
    name: "every action, and issuers out of order",
    resources:
      policy("foo", "d", "", "DENY") +
      policy("istio-system", "l", "", "AUDIT") +
      policy("foo", "p") +
      request("foo", "z", "", "z") +
      request("foo", "m", "", "m") +
      request("istio-system", "m", "", "m") +
      request("foo", "b", "", "b"),
    workload: "foo/app=a",
  },
  {
    name: "order of files, not of names",
    resources: request("foo", "z") + request("foo", "y") + request("istio-system", "x") + request("foo", "w"),
    workload: "foo",
  },
];
