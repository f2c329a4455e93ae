// JP310: a name or namespace of a policy that Kubernetes refuses; and of labels, a value that no pod can have (JP215).

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import type { Policy } from "../../istio/policy.js";
import { entry, stringAt, valueAt } from "../../resources/tree.js";
import { isLabelName, isLabelValue, isObjectName } from "../../text/object-name.js";

export const refusedNames: Lint = ({ requestAuthentications, authorizationPolicies }) =>
  [...requestAuthentications, ...authorizationPolicies.map(({ policy }) => policy)].flatMap((policy) => [
    ...judgeName(policy, "name", isObjectName),
    ...judgeName(policy, "namespace", isLabelName),
    ...judgeLabels(policy),
  ]);

function judgeName({ resource }: Policy, field: string, isTaken: (name: string) => boolean): Finding[] {
  const name = stringAt(resource.tree, "metadata", field);
  const at = valueAt(resource.tree, "metadata", field)?.at;
  if (name === undefined || at === undefined || name === "" || isTaken(name)) return [];
  return [
    remark({
      id: "JP310",
      severity: "error",
      resource,
      at,
      message: `Kubernetes refuses the ${field} ${name}`,
      remedy: "write small letters, digits and hyphens, with a letter or digit at both ends",
    }),
  ];
}

function judgeLabels({ resource, spec, matchLabels }: Policy): Finding[] {
  // A wildcard is an error of its own (JP105).
  const odd = [...(matchLabels ?? [])].filter(([, value]) => !isLabelValue(value) && !value.includes("*"));
  return odd.map(([key, value]) =>
    remark({
      id: "JP215",
      resource,
      at: entry(spec, "selector")?.value.at ?? resource.at,
      message: `the selector selects nothing: Kubernetes takes no label ${key}=${JSON.stringify(value)}`,
      remedy:
        "a label's value is at most 63 letters, digits, hyphens, underscores and dots; write each label on its own",
    }),
  );
}
