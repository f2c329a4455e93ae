// What the schema of the filter's configuration objects to, as findings with places in the user's file.

import type { Finding } from "../findings/finding.js";
import type { Json, Tree } from "../resources/tree.js";
import { placeOf, remedyFor, unquotedAt } from "./place.js";
import { pluginConfigSchema } from "./published-schemas.js";
import { pathText, violations, type JsonPath, type Violation } from "./violations.js";

const ids: Readonly<Record<Violation["kind"], string>> = {
  unknown: "JP301",
  type: "JP302",
  missing: "JP303",
  value: "JP303",
};

/** Something that the filter itself has said about a configuration. */
export interface Fault {
  readonly path: JsonPath;
  readonly message: string;
}

/**
 * An error for each violation, and for each fault that is about something else.
 * @param value what `configuration` holds
 * @param resource whose configuration it is
 */
export function configurationViolations(
  configuration: Tree,
  value: Json,
  resource: string,
  faults: readonly Fault[],
): Finding[] {
  const error = (id: string, at: Finding["at"], message: string) =>
    ({ id, severity: "error", message, at, resource }) as const;
  const told = violations(value, pluginConfigSchema);
  const findings = told.map((violation): Finding => {
    const { path, kind, message } = violation;
    // The filter's words are what Envoy's log will say.
    const same = faults.filter((fault) => fault.path.join("/") === path.join("/"));
    const words = same.length === 1 && kind !== "unknown" ? same[0]!.message : message;
    const remedy = remedyFor(configuration, violation);
    const unquoted = unquotedAt(configuration, violation);
    return {
      ...error(ids[kind], placeOf(configuration, violation), sentence(value, path, words)),
      ...(remedy === undefined ? {} : { remedy }),
      ...(unquoted === undefined ? {} : { fix: { at: unquoted.at, text: JSON.stringify(unquoted.source) } }),
    };
  });
  const beyond = faults.filter(({ path }) => !told.some((one) => isWithin(one.path, path)));
  return [
    ...findings,
    ...beyond.map(({ path, message }) =>
      error("JP304", placeOf(configuration, { path, ofName: false }), sentence(value, path, message)),
    ),
  ];
}

function isWithin(outer: JsonPath, path: JsonPath): boolean {
  const [short, long] = outer.length < path.length ? [outer, path] : [path, outer];
  return short.length > 0 && short.every((token, i) => token === long[i]);
}

function sentence(value: Json, path: JsonPath, message: string): string {
  const place = pathText(value, path);
  return place === "" ? message : `${place}: ${message}`;
}
