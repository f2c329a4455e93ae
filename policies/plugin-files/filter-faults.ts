// What the filter refuses of a configuration, with the place of each.

import { faultsOf, type Filter } from "../evaluation/filter.js";
import { isObject } from "../resources/json.js";
import type { Json } from "../resources/tree.js";
import type { Fault } from "../schema/configuration-violations.js";

export async function filterFaults(value: Record<string, Json>, filter: Filter): Promise<Fault[]> {
  return (await faultsOf(filter, value)).map((fault) => splitFault(value, fault));
}

/** `authorizationPolicies[0].rules: must be a list`: names may have any character in them, so the value is followed. */
function splitFault(root: Json, fault: string): Fault {
  const path: string[] = [];
  let at: Json | undefined = root;
  let rest = fault;
  for (;;) {
    const index = /^\[([0-9]+)\]/.exec(rest);
    const names: string[] = isObject(at) ? Object.keys(at) : [];
    const plain = path.length === 0 ? rest : rest.replace(/^\./, "");
    const name = names.find((one) => plain.startsWith(one) && /^(?:[.[]|: )/.test(plain.slice(one.length)));
    if (Array.isArray(at) && index !== null) {
      path.push(index[1]!);
      at = at[Number(index[1])];
      rest = rest.slice(index[0].length);
    } else if (name !== undefined) {
      path.push(name);
      at = (at as Record<string, Json>)[name];
      rest = plain.slice(name.length);
    } else break;
  }
  // A field that is not there is named, too.
  const missing = /^\.?(\w+): (.*)$/s.exec(rest);
  if (missing !== null) return { path: [...path, missing[1]!], message: missing[2]! };
  return { path, message: rest.replace(/^: /, "") };
}
