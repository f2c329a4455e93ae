// Labels of the filter's metrics (docs/operations.md). The ABI has none: they are part of the names, and Envoy takes them out by these.

const labels = [
  { tag: "reason", metric: "jwt_policy_refused_total" },
  { tag: "outcome", metric: "jwt_policy_jwks_fetches_total" },
  { tag: "jwks", metric: "jwt_policy_jwks_age_seconds" },
];

/** `stats_config.stats_tags` of a bootstrap. */
export const statsTags: readonly { readonly tag_name: string; readonly regex: string }[] = labels.map(
  ({ tag, metric }) => ({ tag_name: tag, regex: `^wasmcustom\\.${metric}(_${tag}=(.+))$` }),
);
