// Blocks of the pages that speak to a control plane. printed-lines.test.ts runs them with kubectl-stand-in.ts in the place of a cluster; with a real
// one they are run by the stage of tests/istio, which takes them from here.

export interface MeshBlock {
  readonly page: string;
  /** What the block begins with. */
  readonly begins: string;
}

export const meshBlocks: readonly MeshBlock[] = [
  { page: "README.md", begins: "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin" },
  { page: "README.md", begins: "kubectl apply -f envoy/istio/issuer.yaml" },
  { page: "docs/explain.md", begins: "istioctl proxy-config log" },
  {
    page: "docs/getting-started.md",
    begins: "npx jwt-policy render examples/httpbin --for foo/app=httpbin --as wasmplugin",
  },
  { page: "docs/migration.md", begins: "kubectl get -A -o yaml" },
  { page: "docs/migration.md", begins: "jwt-policy render policies.yaml --for foo/app=httpbin,track=canary" },
  {
    page: "docs/migration.md",
    begins:
      "jwt-policy render policies.yaml --for foo/app=httpbin --as wasmplugin \\\n  --image oci://registry.example.com/jwt-policy:v0.1.0 --forward-token",
  },
  { page: "docs/migration.md", begins: "kubectl delete" },
  {
    page: "docs/migration.md",
    begins:
      "jwt-policy render policies.yaml --for foo/app=httpbin --as wasmplugin \\\n  --image oci://registry.example.com/jwt-policy:v0.1.0 |",
  },
  { page: "docs/operations.md", begins: "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy" },
  { page: "docs/operations.md", begins: "meshConfig:" },
];
