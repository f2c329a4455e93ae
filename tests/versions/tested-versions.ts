// The versions of Envoy that the filter is tested on: of each minor version the newest release of which there is a wheel with V8 in it
// (that of 1.38.3 has none). README.md names them.

export const testedVersions = ["1.36.4", "1.37.0", "1.38.2", "1.39.3", "1.40.0"] as const;

/** Parts of the paths of the tests that each of them must pass: what users copy, render and see, how keys live, and what stands beside Istio's objects. */
export const testedFiles = [
  "envoy/walk",
  "envoy/shipped-configurations",
  "envoy/istio-extensions",
  "envoy/configuration",
  "envoy/keys",
  "envoy/observability",
  "envoy/answers",
  "envoy/mcp",
  "envoy/token-exemptions",
  "envoy/token-profiles",
  "cli/rendered-envoy",
] as const;
