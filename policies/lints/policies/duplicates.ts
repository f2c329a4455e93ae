// JP219: two objects of one kind, namespace and name: whichever is applied last replaces the other.

import { securityGroup } from "../../istio/policy.js";
import { positionText } from "../../resources/position.js";
import { resourceName, type Resource } from "../../resources/resource.js";
import { remark, type Lint } from "../../findings/lint.js";

export const duplicates: Lint = ({ resources }) => {
  const first = new Map<string, Resource>();
  return resources
    .filter(({ group }) => group === securityGroup)
    .flatMap((resource) => {
      const name = resourceName(resource);
      const before = first.get(name);
      if (before === undefined) {
        first.set(name, resource);
        return [];
      }
      const message = `a second ${name}: the one that is applied last replaces the other`;
      return [
        remark({
          id: "JP219",
          resource,
          at: resource.at,
          message,
          remedy: `the first is at ${positionText(before.at)}`,
        }),
      ];
    });
};
