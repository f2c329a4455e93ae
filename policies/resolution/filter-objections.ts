// What the filter itself refuses of policies that Istio takes: asked, not guessed.

import { faultsOf, type Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { Finding } from "../findings/finding.js";
import { objectSaying } from "../extensions/extensions-object.js";
import type { Attached } from "../istio/policy.js";
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
export function isAccepted(filter: Filter, config: PluginConfig): Promise<boolean> {
  return filter.takes(config as unknown as JsonObject);
}

interface Spoken {
  readonly object: Attached | undefined;
  /** Place within the object; empty: the object itself. */
  readonly field: string;
  readonly message: string;
}

/** Whom a fault is about: `authorizationPolicies[0].rules[1].from: must not be empty`, `extensions.answers[0].status: must be …` */
function spoken(fault: string, selection: Selection): Spoken | undefined {
  const ofExtensions = /^extensions\.(([^.[:\s]*)[^:\s]*): (.*)$/s.exec(fault);
  if (ofExtensions !== null) {
    const [, field = "", part = "", message = ""] = ofExtensions;
    return { object: objectSaying(selection.extensions, part), field, message };
  }
  const ofPolicy = /^(requestAuthentications|authorizationPolicies)\[([0-9]+)\]\.?([^:\s]*): (.*)$/s.exec(
    fault,
  );
  if (ofPolicy === null) return undefined;
  const [, list, index, field = "", message = ""] = ofPolicy;
  const policies = selection[list as "requestAuthentications" | "authorizationPolicies"];
  return { object: policies[Number(index)], field, message };
}

function finding(fault: string, selection: Selection): Finding {
  const { object, field, message } = spoken(fault, selection) ?? {};
  if (object === undefined || field === undefined)
    throw new InputError(`the filter refuses the configuration: ${fault}`);
  const path = [...field.matchAll(/[^.[\]]+/g)].map(([token]) => token);
  const { resource, spec } = object;
  return {
    id: "JP003",
    severity: "error",
    message: `the filter refuses this: ${field === "" ? "" : `${field}: `}${message}`,
    // Names are the object's own, outside of the spec.
    at: entry(spec, path[0] ?? "") === undefined ? resource.at : placeOf(spec, { path, ofName: false }),
    resource: resourceName(resource),
  };
}
