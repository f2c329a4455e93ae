// What the filter itself refuses of policies that Istio takes: asked, not guessed.

import { faultsOf, type Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { Finding } from "../findings/finding.js";
import { partsOf } from "../extensions/extensions-object.js";
import type { Selection } from "../istio/selection.js";
import { resourceName } from "../resources/resource.js";
import { entry, type JsonObject } from "../resources/tree.js";
import { placeOf } from "../schema/place.js";
import type { PluginConfig } from "../plugin-config/plugin-config.js";

/**
 * Starts the filter with a configuration of these policies; what it objects to, with the place in the user's files.
 */
export async function filterObjections(
  filter: Filter,
  config: PluginConfig | JsonObject,
  selection: Selection,
): Promise<Finding[]> {
  return (await faultsOf(filter, config as JsonObject)).map((fault) => finding(fault, selection));
}

/** Whether the filter takes a configuration. */
export async function isAccepted(filter: Filter, config: PluginConfig): Promise<boolean> {
  return (await faultsOf(filter, config as unknown as JsonObject)).length === 0;
}

/** `authorizationPolicies[0].rules[1].from: must not be empty` */
function finding(fault: string, selection: Selection): Finding {
  const match = /^(requestAuthentications|authorizationPolicies)\[([0-9]+)\]([^:\s]*): (.*)$/s.exec(fault);
  const ofExtensions = /^extensions\.([^:\s]*): (.*)$/s.exec(fault);
  const policy =
    ofExtensions !== null
      ? selection.extensions.find((one) =>
          partsOf(one).some(({ key }) => key === /^[^.[]*/.exec(ofExtensions[1]!)![0]),
        )
      : match === null
        ? undefined
        : selection[match[1] as keyof Selection][Number(match[2])];
  if (policy === undefined) throw new InputError(`the filter refuses the configuration: ${fault}`);
  const [field, message] =
    ofExtensions !== null
      ? [ofExtensions[1]!, ofExtensions[2]!]
      : [match![3]!.replace(/^\./, ""), match![4]!];
  const path = [...field.matchAll(/[^.[\]]+/g)].map(([token]) => token);
  const { resource, spec } = policy;
  return {
    id: "JP003",
    severity: "error",
    message: `the filter refuses this: ${field === "" ? "" : `${field}: `}${message}`,
    // Names are the object's own, outside of the spec.
    at: entry(spec, path[0] ?? "") === undefined ? resource.at : placeOf(spec, { path, ofName: false }),
    resource: resourceName(resource),
  };
}
