// What the filter itself refuses of policies that Istio takes: asked, not guessed.

import { ConfigurationRefusedError, type Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings.js";
import type { Policy } from "../istio/policy.js";
import type { Selection } from "../istio/selection.js";
import type { Position } from "../resources/position.js";
import { resourceName } from "../resources/resource.js";
import { itemsOf, valueAt, type JsonObject, type Tree } from "../resources/tree.js";
import { pluginConfig, type TrustDomains } from "./plugin-config.js";

/** Starts the filter with these policies; what it objects to, with the place in the user's files. */
export async function filterObjections(
  filter: Filter,
  selection: Selection,
  trust: TrustDomains,
): Promise<Finding[]> {
  const config = pluginConfig(selection, new Map(), trust) as JsonObject;
  try {
    (await filter.configure(config, { trace: false })).close();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationRefusedError)) throw error;
    return error.faults.map((fault) => finding(fault, selection));
  }
}

/** `authorizationPolicies[0].rules[1].from: must not be empty` */
function finding(fault: string, selection: Selection): Finding {
  const match = /^(requestAuthentications|authorizationPolicies)\[([0-9]+)\]([^:\s]*): (.*)$/s.exec(fault);
  const policy = match === null ? undefined : selection[match[1] as keyof Selection][Number(match[2])];
  if (policy === undefined) throw new Error(`the filter refuses the configuration: ${fault}`);
  const [field, message] = [match![3]!.replace(/^\./, ""), match![4]!];
  return {
    id: "JP003",
    severity: "error",
    message: `the filter refuses this: ${field === "" ? "" : `${field}: `}${message}`,
    at: placeOf(field, policy),
    resource: resourceName(policy.resource),
  };
}

/** Where `rules[0].to[0].operation.paths` is, or what of it is there. */
function placeOf(field: string, policy: Policy): Position {
  let tree: Tree = policy.spec;
  let at = policy.resource.at;
  for (const [token, index] of field.matchAll(/\[([0-9]+)\]|[^.[\]]+/g)) {
    const next: Tree | undefined = index === undefined ? valueAt(tree, token) : itemsOf(tree)[Number(index)];
    if (next === undefined) break;
    tree = next;
    at = next.at;
  }
  return at;
}
