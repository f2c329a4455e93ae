// Labels of the filter's metrics (docs/operations.md). The ABI has none: they are part of the names, written as Istio writes its own, and Envoy takes
// them out by these: what Istio makes of `extraStatTags` (tools/packaging/common/envoy_bootstrap.json).

/** `stats_config.stats_tags` of a bootstrap. */
export const statsTags: readonly { readonly tag_name: string; readonly regex: string }[] = [
  "reason",
  "outcome",
  "jwks",
].map((label) => ({ tag_name: label, regex: `(${label}=\\.=(.*?);\\.;)` }));
