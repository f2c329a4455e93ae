// The versions of Envoy that the filter is tested on: the newest release of each minor version there is a wheel of. README.md names them.

export const testedVersions = ["1.36.4", "1.37.0", "1.38.3", "1.39.3", "1.40.0"] as const;

/** Parts of the paths of the tests that each of them must pass: what users copy, render and see, and how keys live. */
export const testedFiles = [
  "envoy/walk",
  "envoy/shipped-configurations",
  "envoy/istio-extensions",
  "envoy/configuration",
  "envoy/keys",
  "envoy/observability",
  "cli/rendered-envoy",
] as const;
