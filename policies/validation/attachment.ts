// Istio's rules for selector, targetRef and targetRefs (pkg/config/validation/validation.go).

import { targetKinds } from "../istio/target-kinds.js";
import type { Tree } from "../resources/tree.js";
import type { Objections } from "../findings/objections.js";
import { message, messages, positionOf, string } from "./schema/proto-fields.js";

/** validateOneOfSelectorType, validateWorkloadSelector and validatePolicyTargetReference. */
export function validateAttachment(spec: Tree, out: Objections): void {
  const selector = message(spec, "selector");
  const targetRef = message(spec, "targetRef");
  const targetRefs = messages(spec, "targetRefs");
  const set = [selector !== undefined, targetRef !== undefined, targetRefs.length > 0];
  if (set.filter(Boolean).length > 1) {
    out.error("JP104", spec.at, "only one of selector, targetRef and targetRefs can be set");
  }
  if (selector !== undefined) validateSelector(selector, out);
  for (const ref of [...(targetRef === undefined ? [] : [targetRef]), ...targetRefs])
    validateReference(ref, out);
}

function validateSelector(selector: Tree, out: Objections): void {
  const labels = message(selector, "matchLabels");
  const entries = labels?.kind === "map" ? labels.entries : [];
  for (const { key, keyAt, value } of entries) {
    const text = value.kind === "scalar" ? String(value.value ?? "") : "";
    if (key === "") out.error("JP105", keyAt, "a selector cannot have an empty label");
    if (key.includes("*") || text.includes("*")) {
      out.error("JP105", keyAt, `a selector cannot have a wildcard: ${key}=${text}`);
    }
  }
  if (entries.length === 0) {
    out.warning(
      "JP150",
      selector.at,
      "a selector without labels selects every workload",
      "leave selector out to say so",
    );
  }
}

function validateReference(ref: Tree, out: Objections): void {
  if (string(ref, "name") === "") out.error("JP105", ref.at, "a targetRef must have a name");
  if (string(ref, "namespace") !== "") {
    out.error(
      "JP105",
      positionOf(ref, "namespace"),
      "a targetRef must not have a namespace: it refers to its own",
    );
  }
  const group = string(ref, "group");
  const kind = string(ref, "kind");
  const allowed = Object.entries(targetKinds).some(
    ([name, of]) => name === kind && of === (group === "core" ? "" : group),
  );
  if (!allowed) {
    const kinds = Object.entries(targetKinds).map(([name, of]) => (of === "" ? name : `${of}/${name}`));
    out.error(
      "JP105",
      positionOf(ref, "kind"),
      `a targetRef must be to one of ${kinds.join(", ")}, not ${group === "" ? "" : `${group}/`}${kind}`,
    );
  }
}
