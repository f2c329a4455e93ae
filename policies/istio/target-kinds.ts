// What a targetRef may refer to (Istio pkg/config/validation/validation.go, allowedTargetRefs).

import type { TargetRef } from "./policy.js";

/** Kind -> group. */
export const targetKinds = {
  Service: "",
  ServiceEntry: "networking.istio.io",
  Gateway: "gateway.networking.k8s.io",
  GatewayClass: "gateway.networking.k8s.io",
} as const;

/** Whether a reference is to that kind; `core` and the empty group are one (config.CanonicalGroup). */
export function isOneOf(ref: TargetRef, ...kinds: readonly (keyof typeof targetKinds)[]): boolean {
  const group = ref.group === "core" ? "" : ref.group;
  return kinds.some((kind) => ref.kind === kind && group === targetKinds[kind]);
}
