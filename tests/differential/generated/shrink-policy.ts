// Makes a policy smaller as long as a request still shows a difference.
import type { Comparison } from "../compared/comparison.js";
import { withEnvoy, type RunOptions } from "../differential-run.js";
import type { PluginConfig, Policy } from "../policy.js";
import { policyQuery } from "../native/native-filters.js";
import { askReferee } from "../../referee/client.js";

/** Members without which a configuration is another kind of thing, not a smaller one. */
const kept = new Set(["name", "namespace", "issuer", "jwks", "key", "directRemoteAddress"]);

const roundLimit = 40;

/** The smallest policy found, with the problems that it shows. All candidates of a round share one referee and one Envoy. */
export async function shrinkPolicy(
  failure: Comparison,
  options: Omit<RunOptions, "policies" | "native">,
): Promise<Comparison> {
  let best = failure;
  for (let round = 0; round < roundLimit; round++) {
    const policies = smaller(best.one.policy.config).map((config, i): Policy => ({
      ...best.one.policy,
      name: `shrinking/${round}-${i}`,
      config: config as PluginConfig,
    }));
    const verdicts = await askReferee(policies.map(policyQuery));
    const invalid = (i: number) =>
      verdicts[i]!.error !== undefined ||
      (verdicts[i]!.findings ?? []).some((one) => one.schema !== undefined || one.webhook !== undefined);
    const valid = policies.filter((_, i) => !invalid(i));
    if (valid.length === 0) return best;
    const native = new Map(verdicts.map((one) => [one.id, one.httpFilters ?? []]));
    const results = await withEnvoy({ ...options, policies: valid, native }, (run) =>
      run.compare(valid.map((policy) => ({ ...best.one, policy }))),
    );
    const failing = valid.flatMap((policy) =>
      results.filter((one) => one.one.policy === policy && one.problems.length > 0),
    );
    if (failing.length === 0) return best;
    best = failing[0]!;
  }
  return best;
}

/** Every value that has one member or one item less. */
function smaller(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => [
      ...(value.length > 1 ? [value.filter((_, j) => j !== i)] : []),
      ...smaller(item).map((less) => value.map((other: unknown, j) => (j === i ? less : other))),
    ]);
  }
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  return members.flatMap(([name, member]) => [
    ...(kept.has(name) ? [] : [Object.fromEntries(members.filter(([other]) => other !== name))]),
    ...smaller(member).map((less) => ({ ...value, [name]: less })),
  ]);
}
