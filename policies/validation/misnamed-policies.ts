// Objects that are meant as policies and that no API server knows as such. Left out in silence, a DENY policy would be gone.

import type { Finding } from "../findings/finding.js";
import { extensionsApiVersion, extensionsKind, isExtensions } from "../extensions/extensions-object.js";
import { policySchemas, securityGroup } from "../istio/policy.js";
import { resourceName, type Resource } from "../resources/resource.js";
import { entry } from "../resources/tree.js";
import { nearestName } from "../text/spelling.js";

const policyKinds = Object.keys(policySchemas);
const ownGroup = extensionsApiVersion.split("/")[0];
/** All kinds of the group. */
const securityKinds = [...policyKinds, "PeerAuthentication"];

/** A finding for each object whose apiVersion or kind is nearly a policy's. */
export function misnamedPolicies(resources: readonly Resource[]): Finding[] {
  return resources.flatMap((resource) => misnamed(resource) ?? []);
}

function misnamed(resource: Resource): Finding | undefined {
  const { group, version, kind } = resource;
  if (isExtensions(resource)) return undefined;
  const apiVersionText = group === "" ? version : `${group}/${version}`;
  if (group === ownGroup || nearestName(kind, [extensionsKind]) !== undefined) {
    const remedy = `write apiVersion: ${extensionsApiVersion} and kind: ${extensionsKind}`;
    const field = kind === extensionsKind ? "apiVersion" : "kind";
    if (kind === "" || apiVersionText === "")
      return finding(
        resource,
        "JP103",
        "kind",
        kind === "" ? "kind is missing" : "apiVersion is missing",
        remedy,
      );
    return finding(resource, "JP115", field, `${apiVersionText} has no kind ${kind}`, remedy);
  }
  if (group === securityGroup) {
    // A list without items holds nothing.
    if (securityKinds.includes(kind) || kind.endsWith("List")) return undefined;
    const near = nearestName(kind, securityKinds);
    const remedy = near === undefined ? `its kinds are ${securityKinds.join(", ")}` : `write ${near}`;
    if (kind === "") return finding(resource, "JP103", "apiVersion", "kind is missing", remedy);
    return finding(resource, "JP115", "kind", `${group} has no kind ${kind}`, remedy);
  }
  if (nearestName(kind, policyKinds) === undefined) return undefined;
  const remedy = `write apiVersion: ${securityGroup}/v1`;
  if (group === "" && version === "")
    return finding(resource, "JP103", "kind", "apiVersion is missing", remedy);
  // Other projects have AuthorizationPolicies, too.
  if (group !== "" && !group.endsWith("istio.io") && nearestName(group, [securityGroup]) === undefined)
    return undefined;
  return finding(resource, "JP115", "apiVersion", `${apiVersionText} has no kind ${kind}`, remedy);
}

function finding(
  resource: Resource,
  id: string,
  field: "apiVersion" | "kind",
  message: string,
  remedy: string,
): Finding {
  const at = entry(resource.tree, field)?.value.at ?? resource.at;
  return { id, severity: "error", message, at, resource: resourceName(resource), remedy };
}
