// Which blocks of the pages are for a mesh. Those are taken by the stage of tests/istio, each by a case that names it (tests/istio/cases/pages.ts):
// the YAML is applied to a real API server, and the lines are run in a shell with a real kubectl. Every other block is on the second list.

export interface ListedBlock {
  readonly page: string;
  /** What the block begins with. */
  readonly begins: string;
}

export interface MeshBlock extends ListedBlock {
  /** What the stage has to write in the place of what the page leaves to the reader, and why; else it is taken as it stands. */
  readonly filledIn?: Readonly<Record<string, string>>;
}

export const meshBlocks = {
  "README: plugin": {
    page: "README.md",
    begins: "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin",
  },
  "README: issuer": { page: "README.md", begins: "kubectl apply -f envoy/istio/issuer.yaml" },
  "explain: log": { page: "docs/explain.md", begins: "istioctl proxy-config log" },
  "getting-started: render": {
    page: "docs/getting-started.md",
    begins: "npx envoy-jwt-policy render examples/httpbin --for foo/app=httpbin --as wasmplugin",
  },
  "install: push": {
    page: "docs/install.md",
    begins: "mkdir jwt-policy-image",
    filledIn: { REGISTRY: "the reader's registry" },
  },
  "install: pin": {
    page: "docs/install.md",
    begins: "url: oci://REGISTRY/jwt-policy",
    filledIn: { REGISTRY: "the reader's registry", "…": "the digest of what the reader has built" },
  },
  "install: kubectl": { page: "docs/install.md", begins: "kubectl jwt-policy check" },
  "istio-stage: set": { page: "docs/istio-stage.md", begins: "workloads:\n" },
  "key-sources: cluster": {
    page: "docs/key-sources.md",
    begins: "name: kubernetes\n",
    filledIn: {
      "address: kubernetes.default.svc": "where the API server is",
      "port_value: 443": "the port that was free",
      "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt": "the stage's authority",
    },
  },
  "key-sources: binding": {
    page: "docs/key-sources.md",
    begins: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding",
  },
  "migration: look": { page: "docs/migration.md", begins: "kubectl get -A -o yaml" },
  "migration: shadow": {
    page: "docs/migration.md",
    begins: "jwt-policy render policies.yaml --for foo/app=httpbin,track=canary",
  },
  "migration: both": {
    page: "docs/migration.md",
    begins:
      "jwt-policy render policies.yaml --for foo/app=httpbin --as wasmplugin \\\n  --image oci://registry.example.com/jwt-policy:v0.1.0 --forward-token",
  },
  "migration: native goes": { page: "docs/migration.md", begins: "kubectl delete" },
  "migration: alone": {
    page: "docs/migration.md",
    begins:
      "jwt-policy render policies.yaml --for foo/app=httpbin --as wasmplugin \\\n  --image oci://registry.example.com/jwt-policy:v0.1.0 |",
  },
  "operations: labels": { page: "docs/operations.md", begins: "meshConfig:" },
  "operations: TCP": {
    page: "docs/operations.md",
    begins: "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy",
  },
} as const satisfies Readonly<Record<string, MeshBlock>>;

export type MeshBlockName = keyof typeof meshBlocks;

/** Why a block is not for a mesh, and the blocks of which that is true. */
export const outsideMesh: Readonly<Record<string, readonly ListedBlock[]>> = {
  "runs in the reader's clone of this repository; .ci/run does it": [
    { page: "README.md", begins: "npm ci && npm start\n" },
    { page: "README.md", begins: "npm test\n" },
    { page: "CONTRIBUTING.md", begins: "npm ci\n" },
    { page: "docs/install.md", begins: "npm run image\n" },
    { page: "docs/install.md", begins: "npm pack --pack-destination dist\n" },
    { page: "docs/install.md", begins: "npm run build\nfunc-e run" },
  ],
  "the command alone, on the reader's machine; printed-lines.test.ts runs it": [
    { page: "README.md", begins: "$ npx envoy-jwt-policy test" },
    {
      page: "docs/explain.md",
      begins: "$ jwt-policy explain examples/httpbin --for foo/app=httpbin --request",
    },
    { page: "docs/explain.md", begins: "$ jwt-policy token --issuer https://idp.example.com/" },
    { page: "docs/getting-started.md", begins: "npx envoy-jwt-policy check" },
    { page: "docs/getting-started.md", begins: "npx envoy-jwt-policy test" },
    { page: "docs/getting-started.md", begins: "npx envoy-jwt-policy explain" },
    { page: "docs/install.md", begins: "npm install --global" },
    { page: "docs/testing-policies.md", begins: "$ jwt-policy test" },
    { page: "docs/testing-policies.md", begins: "$ jwt-policy diff" },
    { page: "docs/mcp.md", begins: "$ jwt-policy test" },
    { page: "docs/key-sources.md", begins: "$ jwt-policy test" },
  ],
  "an Envoy without Istio; printed-lines.test.ts and printed-yaml.test.ts run it": [
    { page: "README.md", begins: "http_filters:" },
    { page: "docs/configuration.md", begins: "- name: envoy.filters.http.set_filter_state" },
    { page: "docs/configuration.md", begins: "- name: jwt-policy.peer-names" },
    { page: "docs/getting-started.md", begins: "npx envoy-jwt-policy token" },
    {
      page: "docs/getting-started.md",
      begins: "npx envoy-jwt-policy render examples/httpbin --for foo/app=httpbin --as envoy",
    },
    { page: "docs/operations.md", begins: "access_log:" },
  ],
  "for an editor or a workflow; printed-lines.test.ts and example.test.ts hold it": [
    { page: "docs/install.md", begins: "# yaml-language-server:" },
    { page: "docs/testing-policies.md", begins: "# yaml-language-server:" },
    { page: "docs/testing-policies.md", begins: "- run: npx envoy-jwt-policy test" },
  ],
  "the page on the reader's machine; playground/served.test.ts runs it": [
    { page: "docs/playground.md", begins: "jwt-policy playground" },
  ],
  "objects of ours, which nobody applies to a cluster; printed-yaml.test.ts holds them to the examples": [
    {
      page: "docs/extensions.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: notes,",
    },
    {
      page: "docs/extensions.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: app,",
    },
    {
      page: "docs/extensions.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: cellar,",
    },
    {
      page: "docs/extensions.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: orders,",
    },
    {
      page: "docs/extensions.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: portal,",
    },
    { page: "docs/mcp.md", begins: "apiVersion: envoy-jwt-policy/v1alpha1" },
    {
      page: "docs/key-sources.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: orders,",
    },
    {
      page: "docs/key-sources.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: billing,",
    },
    {
      page: "docs/key-sources.md",
      begins: "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: reports,",
    },
  ],
  "settings of the command; cli/check-in-ci.test.ts gives them to it": [
    { page: "docs/checks.md", begins: "check:\n" },
  ],
};
