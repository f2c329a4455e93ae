// What a Sidecar lets the proxies of its namespace call: a host that its egress leaves out has no cluster there (pilot/pkg/model/sidecar.go).

import { textsOf, type Resource } from "../resources/resource.js";
import { itemsOf, stringsOf, valueAt } from "../resources/tree.js";
import { canMeet } from "./pods.js";

/** Pods, by the labels that a selector wants of them. */
export interface Callers {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * The Sidecar among the objects that keeps a host from some of the callers' proxies; undefined if none does.
 * @param hostNamespace where the host is declared
 */
export function sidecarWithout(
  resources: readonly Resource[],
  { namespace, labels }: Callers,
  host: string,
  hostNamespace: string,
  rootNamespace: string,
): Resource | undefined {
  const all = resources.filter((one) => one.group === "networking.istio.io" && one.kind === "Sidecar");
  const selector = (one: Resource) => textsOf(valueAt(one.tree, "spec", "workloadSelector", "labels"));
  const near = all.filter((one) => one.namespace === namespace && canMeet(labels, selector(one)));
  // The root namespace's Sidecar is for namespaces without one of their own; one with a selector goes before one without.
  const inForce = near.length > 0 ? near : all.filter((one) => one.namespace === rootNamespace);
  return inForce.find((one) => {
    const egress = itemsOf(valueAt(one.tree, "spec", "egress"));
    if (egress.length === 0) return false;
    return !egress
      .flatMap((listener) => stringsOf(valueAt(listener, "hosts")))
      .some(({ value }) => imports(value, one.namespace === rootNamespace ? namespace : one.namespace));
  });

  /** `./*`, `foo/idp.example.com`, `~/*` (nothing at all) */
  function imports(written: string, own: string): boolean {
    const [of = "", name = ""] = written.split("/");
    if (of !== "*" && (of === "." ? own : of) !== hostNamespace) return false;
    return name.startsWith("*") ? host.endsWith(name.slice(1)) : name === host;
  }
}
