// Istio's rules for the action CUSTOM: what may be asked before an external authorizer is.

import { notField } from "../istio/field-names.js";
import type { Tree } from "../resources/tree.js";
import type { Objections } from "../findings/objections.js";
import { message, messages, positionOf, string, strings } from "./schema/proto-fields.js";

const unsupportedSources = [
  "namespaces",
  "serviceAccounts",
  "trustDomains",
  "principals",
  "requestPrincipals",
].flatMap((name) => [name, notField(name)]);
const unsupportedKeys = [
  "source.namespace",
  "source.serviceAccount",
  "source.trustDomain",
  "source.principal",
];

export function validateCustom(spec: Tree, out: Objections): void {
  const rules = messages(spec, "rules");
  if (rules.length === 0) {
    out.error(
      "JP110",
      positionOf(spec, "action"),
      "a CUSTOM policy without rules never asks its provider",
      "write `rules: [{}]` to ask it for every request",
    );
  } else if (string(message(spec, "provider"), "name") === "") {
    out.error("JP110", positionOf(spec, "provider"), "a CUSTOM policy must name its provider: provider.name");
  }
  for (const rule of rules) {
    for (const from of messages(rule, "from")) {
      const source = message(from, "source");
      for (const name of unsupportedSources) {
        if (source !== undefined && strings(source, name).length > 0) {
          out.error("JP110", positionOf(source, name), `${name} is not supported with the action CUSTOM`);
        }
      }
    }
    for (const condition of messages(rule, "when")) {
      const key = string(condition, "key");
      if (unsupportedKeys.includes(key) || key.startsWith("request.auth.")) {
        out.error("JP110", positionOf(condition, "key"), `${key} is not supported with the action CUSTOM`);
      }
    }
  }
}
