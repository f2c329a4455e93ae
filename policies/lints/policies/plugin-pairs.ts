// JP227: two plugins of this filter in one pod.

import type { Severity } from "../../findings/finding.js";
import { isGateway } from "../../istio/gateway.js";
import { overlapOf, sharedLabels, type Attachment } from "./plugin-overlap.js";
import { labelsText } from "../../istio/pods.js";
import { istioPlugins } from "../../plugin-files/plugin-file.js";
import { resourceName, textsOf, type Resource } from "../../resources/resource.js";
import type { Position } from "../../resources/position.js";
import { entry, itemsOf, stringAt, valueAt } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const pluginPairs: Lint = ({ resources, rootNamespace }) => {
  const attached = attachedPlugins(resources, rootNamespace);
  return attached.flatMap((one, i) =>
    attached.slice(0, i).flatMap((before) => {
      // JP219 is for objects of one name.
      if (before.name === one.name) return [];
      const said = pairText(before, one, resources);
      return said === undefined ? [] : [remark({ id: "JP227", resource: one.resource, at: one.at, ...said })];
    }),
  );
};

/** A plugin's name, `WasmPlugin foo/httpbin`, and what it is attached to. */
export interface AttachedPlugin {
  readonly name: string;
  readonly attachment: Attachment;
}

interface PairText {
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

/** What is to be said of two plugins; undefined if they have no pod in common. */
export function pairText(
  a: AttachedPlugin,
  b: AttachedPlugin,
  resources: readonly Resource[],
): PairText | undefined {
  const overlap = overlapOf(a.attachment, b.attachment, resources);
  if (overlap === "none") return undefined;
  const labels = sharedLabels(a.attachment, b.attachment);
  const [target] = a.attachment.targets;
  const where =
    target ?? (labels.size === 0 ? `pods of ${b.attachment.namespace}` : `pods with ${labelsText(labels)}`);
  const isCertain = overlap === "certain";
  return {
    severity: isCertain ? "error" : "warning",
    message: `${a.name} and ${b.name} ${isCertain ? "are" : "may be"} both for ${where}: the first of two takes the token out, and the second refuses the request`,
    remedy:
      "attach each to pods of its own, by labels that no pod of the other has; render writes one plugin with all policies of a workload",
  };
}

interface FoundPlugin extends AttachedPlugin {
  readonly resource: Resource;
  readonly at: Position;
}

/** The plugins of this filter among objects. */
export function attachedPlugins(resources: readonly Resource[], rootNamespace: string): FoundPlugin[] {
  return istioPlugins(resources).map(({ resource }) => {
    const spec = valueAt(resource.tree, "spec");
    const refs = [...itemsOf(valueAt(spec, "targetRefs")), valueAt(spec, "targetRef")];
    const targets = refs.flatMap((ref) =>
      ref === undefined ? [] : [`${stringAt(ref, "kind") ?? ""} ${stringAt(ref, "name") ?? ""}`],
    );
    const { namespace } = resource;
    const labels = textsOf(valueAt(spec, "selector", "matchLabels"));
    const attached = entry(spec, "selector") ?? entry(spec, "targetRefs") ?? entry(spec, "targetRef");
    return {
      name: resourceName(resource),
      resource,
      at: attached?.keyAt ?? resource.at,
      attachment: {
        ...{ namespace, targets, labels },
        inAllNamespaces: namespace === rootNamespace,
        isGateway: isGateway({ namespace, labels }, resources),
      },
    };
  });
}
