// RequestAuthentication and AuthorizationPolicy among the objects of a user.

import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { entry, itemsOf, stringAt, valueAt, type Tree, type TreeMap } from "../resources/tree.js";
import { textsOf } from "../resources/resource.js";
import { withCamelCase } from "./field-names.js";
import { authorizationPolicySchema, requestAuthenticationSchema, type ObjectSchema } from "./schema.js";

export interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** An object that applies to workloads by Istio's rules: a policy, or an object of ours that stands beside policies. */
export interface Attached {
  readonly resource: Resource;
  /** The spec with camelCase names; an empty map where there is none. */
  readonly spec: TreeMap;
  /** undefined: no selector; an empty map: a selector that matches everything. */
  readonly matchLabels: ReadonlyMap<string, string> | undefined;
  /** The legacy single targetRef counts as a list of one. */
  readonly targetRefs: readonly TargetRef[];
}

export interface Policy extends Attached {
  readonly kind: "RequestAuthentication" | "AuthorizationPolicy";
}

export type Action = "ALLOW" | "DENY" | "AUDIT" | "CUSTOM";

export const securityGroup = "security.istio.io";

export const policySchemas: Readonly<Record<Policy["kind"], ObjectSchema>> = {
  RequestAuthentication: requestAuthenticationSchema,
  AuthorizationPolicy: authorizationPolicySchema,
};

/** The policies among objects, in order. */
export const policiesIn = once((resources: readonly Resource[]): readonly Policy[] =>
  resources.flatMap((resource) => readPolicy(resource) ?? []),
);

/** The policy that an object is; undefined for other kinds. */
export const readPolicy = once((resource: Resource): Policy | undefined => {
  const { group, kind } = resource;
  if (group !== securityGroup) return undefined;
  if (kind !== "RequestAuthentication" && kind !== "AuthorizationPolicy") return undefined;
  const written = valueAt(resource.tree, "spec");
  return { kind, ...attached(resource, withCamelCase(written ?? emptySpec(resource), policySchemas[kind])) };
});

/** What an object says about the workloads that it is for. @param spec with camelCase names; anything but a map is none */
export function attached(resource: Resource, spec: Tree): Attached {
  const map = spec.kind === "map" ? spec : emptySpec(resource);
  return { resource, spec: map, matchLabels: matchLabelsOf(map), targetRefs: targetRefsOf(map) };
}

/** The fields of a spec that say so. */
export const attachmentFields: ReadonlySet<string> = new Set(["selector", "targetRef", "targetRefs"]);

/** An AuthorizationPolicy's action; ALLOW where it is not given. */
export function actionOf(policy: Policy): Action {
  return (stringAt(policy.spec, "action") ?? "ALLOW") as Action;
}

/**
 * Whether the annotation istio.io/dry-run is on, by Go's ParseBool. A value that is no boolean is refused by Istio's
 * webhook; the policy would be enforced.
 */
export function isDryRun(policy: Policy): boolean {
  return ["1", "t", "T", "TRUE", "true", "True"].includes(
    policy.resource.annotations.get("istio.io/dry-run") ?? "",
  );
}

function emptySpec(resource: Resource): TreeMap {
  return { kind: "map", entries: [], at: resource.at };
}

function matchLabelsOf(spec: TreeMap): ReadonlyMap<string, string> | undefined {
  const selector = entry(spec, "selector")?.value;
  if (selector === undefined || (selector.kind === "scalar" && selector.value === null)) return undefined;
  return textsOf(valueAt(selector, "matchLabels"));
}

function targetRefsOf(spec: TreeMap): TargetRef[] {
  const list = itemsOf(valueAt(spec, "targetRefs"));
  const single = valueAt(spec, "targetRef");
  if (list.length > 0) return list.map(targetRef);
  return single?.kind === "map" ? [targetRef(single)] : [];
}

function targetRef(tree: Tree): TargetRef {
  const text = (name: string) => stringAt(tree, name) ?? "";
  return { group: text("group"), kind: text("kind"), name: text("name"), namespace: text("namespace") };
}
