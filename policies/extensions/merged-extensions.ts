// Several JWTPolicyExtensions for one workload are one, if each part is said by one of them alone. What two lists or two numbers would be
// together is not guessed.

import type { Finding } from "../findings/finding.js";
import type { Attached } from "../istio/policy.js";
import { positionText } from "../resources/position.js";
import { resourceName } from "../resources/resource.js";
import { toJson, type JsonObject } from "../resources/tree.js";
import { partsOf } from "./extensions-object.js";

/** What the filter's configuration has under `extensions`; undefined without objects. */
export function mergedExtensions(objects: readonly Attached[]): JsonObject | undefined {
  if (objects.length === 0) return undefined;
  return Object.fromEntries(objects.flatMap(partsOf).map(({ key, value }) => [key, toJson(value)]));
}

/** An error for each part that another object has said already. */
export function contradictingExtensions(objects: readonly Attached[]): Finding[] {
  const said = new Map<string, Attached>();
  return objects.flatMap((one) =>
    partsOf(one).flatMap(({ key, keyAt }): Finding[] => {
      const other = said.get(key);
      if (other === undefined) {
        said.set(key, one);
        return [];
      }
      const name = resourceName(other.resource);
      return [
        {
          id: "JP012",
          severity: "error",
          message: `two objects say ${key} for one workload: this one, and ${name} (${positionText(other.resource.at)})`,
          at: keyAt,
          resource: resourceName(one.resource),
          remedy: "say it in one of them, or give each a selector of its own",
        },
      ];
    }),
  );
}
