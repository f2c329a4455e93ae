// Istio's ValidateAuthorizationPolicy (pkg/config/validation/validation.go).

import type { Tree } from "../resources/tree.js";
import { validateAttachment } from "./attachment.js";
import { validateCustom } from "./custom-action.js";
import type { Objections } from "../findings/objections.js";
import { message, messages, positionOf } from "./schema/proto-fields.js";
import { validateRule } from "./rule.js";

/** The numbers by which protobuf knows the actions, too. */
const actionNumbers = ["ALLOW", "DENY", "AUDIT", "CUSTOM"];

export function validateAuthorizationPolicy(spec: Tree, out: Objections): void {
  validateAttachment(spec, out);
  const action = actionName(spec);
  const rules = messages(spec, "rules");
  if (action === "CUSTOM") validateCustom(spec, out);
  else if (message(spec, "provider") !== undefined) {
    out.error(
      "JP110",
      positionOf(spec, "provider"),
      `provider belongs to the action CUSTOM, not to ${action}`,
    );
  }
  if (action === "DENY" && rules.length === 0) {
    out.error(
      "JP110",
      positionOf(spec, "action"),
      "a DENY policy without rules never denies",
      "write `rules: [{}]` to deny every request",
    );
  }
  for (const rule of rules) validateRule(rule, action, out);
}

/** An AuthorizationPolicy's action as protobuf reads it. */
export function actionName(spec: Tree): string {
  const value = message(spec, "action");
  if (value?.kind !== "scalar") return "ALLOW";
  return typeof value.value === "number"
    ? (actionNumbers[value.value] ?? String(value.value))
    : String(value.value);
}
