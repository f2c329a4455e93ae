// The CEL rules of Istio's CRDs (x-kubernetes-validations), by the names that istio/schema.ts gives them.

import { parseGoDuration } from "../../golang/duration.js";
import { parseGoRequestUri, parseGoUrl } from "../../golang/url.js";
import type { Tree } from "../../resources/tree.js";

/** A message if the rule is broken. `path` names the value. */
type Rule = (tree: Tree, path: string) => string | undefined;

export const crdRules: Readonly<Record<string, Rule>> = {
  oneAttachment: (tree, path) =>
    present(tree, "selector", "targetRef", "targetRefs").length > 1
      ? `${path}: only one of selector, targetRef and targetRefs can be set`
      : undefined,
  oneKeySource: (tree, path) =>
    present(tree, "jwks", "jwksUri", "jwks_uri").length > 1
      ? `${path}: only one of jwks and jwksUri can be set`
      : undefined,
  serviceAccountsAlone: (tree, path) =>
    present(tree, "serviceAccounts", "notServiceAccounts").length > 0 &&
    present(tree, "principals", "notPrincipals", "namespaces", "notNamespaces").length > 0
      ? `${path}: serviceAccounts cannot stand beside principals or namespaces`
      : undefined,
  sameNamespace: (tree, path) =>
    text(tree) === "" ? undefined : `${path} must be empty: a policy applies to its own namespace`,
  noWildcard: (tree, path) =>
    text(tree).includes("*") ? `${path}: a label cannot have a wildcard: ${text(tree)}` : undefined,
  httpUrl: (tree, path) => {
    // Kubernetes' url() asks both of Go's readers.
    const error = parseGoRequestUri(text(tree)).error ?? parseGoUrl(text(tree)).error;
    if (error !== undefined) return `${path} is no URL: ${error}`;
    return ["http", "https"].includes(parseGoUrl(text(tree)).scheme)
      ? undefined
      : `${path} must begin with http:// or https://`;
  },
  duration: (tree, path) => {
    const duration = parseGoDuration(text(tree));
    return duration !== undefined && duration >= 1_000_000n
      ? undefined
      : `${path} must be a duration of at least 1ms, such as 5s: ${JSON.stringify(text(tree))}`;
  },
};

function present(tree: Tree, ...names: readonly string[]): string[] {
  if (tree.kind !== "map") return [];
  return tree.entries.map(({ key }) => key).filter((key) => names.includes(key));
}

function text(tree: Tree): string {
  return tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : "";
}
