// What is wrong with a plugin configuration: what its schema says, and what the filter says when it is given it.

import type { Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings/finding.js";
import { isObject } from "../resources/json.js";
import { discoveringIssuer, keysElsewhere } from "../key-sources/discovered-keys.js";
import { originOf } from "../key-sources/jwks-origin.js";
import { entry, itemsOf, stringAt, toJson, valueAt } from "../resources/tree.js";
import { configurationViolations } from "../schema/configuration-violations.js";
import { filterFaults } from "./filter-faults.js";
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
  return configurationViolations(configuration, value, resource, faults);
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
