// What is wrong with a plugin configuration: what its schema says, and what the filter says when it is given it.

import { faultsOf, type Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings/finding.js";
import { isObject } from "../resources/json.js";
import { discoveringIssuer, keysElsewhere } from "../key-sources/discovered-keys.js";
import { originOf } from "../key-sources/jwks-origin.js";
import { entry, itemsOf, stringAt, toJson, valueAt, type Json } from "../resources/tree.js";
import { placeOf, remedyFor, unquotedAt } from "../schema/place.js";
import { pluginConfigSchema } from "../schema/published-schemas.js";
import { pathText, violations, type JsonPath, type Violation } from "../schema/violations.js";
import { imageFindings } from "./image-findings.js";
import type { PluginFile } from "./plugin-file.js";

/** Every finding about a plugin configuration and what loads it. */
export async function checkPluginFile(plugin: PluginFile, filter: Filter): Promise<Finding[]> {
  return [
    ...(await configurationFindings(plugin, filter)),
    ...keysOutOfReach(plugin),
    ...loaderFindings(plugin),
    ...imageFindings(plugin),
  ];
}

/** The filter follows an issuer to another origin only where `clusters` names it. */
function keysOutOfReach({ configuration, name: resource }: PluginFile): Finding[] {
  if (configuration === undefined) return [];
  const authentications = itemsOf(valueAt(configuration, "requestAuthentications"));
  return authentications
    .flatMap((one) => itemsOf(valueAt(one, "jwtRules")))
    .flatMap((rule) => {
      const jwksUri = keysElsewhere(discoveringIssuer(rule) ?? "");
      const origin = jwksUri === undefined ? undefined : originOf(jwksUri)!.origin;
      if (origin === undefined || valueAt(configuration, "clusters", origin) !== undefined) return [];
      return [
        {
          id: "JP307",
          severity: "warning" as const,
          at: valueAt(rule, "issuer")!.at,
          message: `no keys will come: they are on ${origin}, which clusters does not name`,
          resource,
          remedy: `name ${origin} in clusters, or write jwksUri: ${jwksUri!}`,
        },
      ];
    });
}

const ids: Readonly<Record<Violation["kind"], string>> = {
  unknown: "JP301",
  type: "JP302",
  missing: "JP303",
  value: "JP303",
};

async function configurationFindings(plugin: PluginFile, filter: Filter): Promise<Finding[]> {
  const { configuration, document, name: resource } = plugin;
  const error = (id: string, at: Finding["at"], message: string) =>
    ({ id, severity: "error", message, at, resource }) as const;
  // Istio hands over nothing for an empty pluginConfig (pilot/pkg/model/extensions.go).
  const isEmpty =
    plugin.kind !== "configuration" && configuration?.kind === "map" && configuration.entries.length === 0;
  if (configuration === undefined || isEmpty) {
    const message = "the filter has no configuration, and refuses to run without";
    const remedy = "give at least requestAuthentications or authorizationPolicies";
    return [{ ...error("JP303", (plugin.loader ?? document).at, message), remedy }];
  }
  const value = toJson(configuration);
  if (plugin.kind === "Envoy" && configuration.kind === "scalar") {
    return [
      error("JP302", configuration.at, `the configuration is no JSON${jsonFault(configuration.source)}`),
    ];
  }
  const faults = isObject(value) ? await filterFaults(value, filter) : [];
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

interface Fault {
  readonly path: JsonPath;
  readonly message: string;
}

async function filterFaults(value: Record<string, Json>, filter: Filter): Promise<Fault[]> {
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

function isWithin(outer: JsonPath, path: JsonPath): boolean {
  const [short, long] = outer.length < path.length ? [outer, path] : [path, outer];
  return short.length > 0 && short.every((token, i) => token === long[i]);
}

function sentence(value: Json, path: JsonPath, message: string): string {
  const place = pathText(value, path);
  return place === "" ? message : `${place}: ${message}`;
}

function jsonFault(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `: ${(error as Error).message}`;
  }
}

/** What loads the filter well, and yet not as it should be. */
function loaderFindings({ kind, loader, document, name: resource }: PluginFile): Finding[] {
  if (loader === undefined) return [];
  const findings: Finding[] = [];
  const warn = (id: string, at: Finding["at"], message: string, remedy: string) =>
    findings.push({ id, severity: "warning", at, resource, message, remedy });
  const policy = kind === "Envoy" ? "failure_policy" : "failStrategy";
  const strategy = entry(loader, policy);
  if (stringAt(loader, policy) === "FAIL_OPEN") {
    const closed = kind === "Envoy" ? "FAIL_CLOSED" : "FAIL_CLOSE";
    const message = "a filter that cannot run lets every request through";
    warn("JP305", strategy!.value.at, message, `say ${policy}: ${closed}`);
  }
  if (kind === "Envoy") return findings;
  const spec = valueAt(document, "spec");
  const isForSidecars =
    itemsOf(valueAt(spec, "targetRefs")).length === 0 && valueAt(spec, "targetRef") === undefined;
  if (isForSidecars && itemsOf(valueAt(spec, "match")).length === 0) {
    const message = "a sidecar runs the filter on the workload's outgoing requests too";
    warn(
      "JP306",
      (entry(spec, "match")?.value ?? spec ?? document).at,
      message,
      "say match: [{mode: SERVER}], unless it is for a gateway",
    );
  }
  return findings;
}
