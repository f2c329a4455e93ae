// JP243: a DENY rule on a number in a claim, which a token without that claim, or with another type in it, passes by.

import { claimPoliciesOf, holdsWithoutClaim } from "../../extensions/claim-policies.js";
import { extensionsIn } from "../../extensions/extensions-object.js";
import { remark, type Lint } from "../../findings/lint.js";
import { entry } from "../../resources/tree.js";

/** A comparison, and what is to be denied if it does not hold. */
const opposites: readonly (readonly [string, string])[] = [
  ["lessThan", "atLeast"],
  ["atMost", "moreThan"],
  ["moreThan", "atMost"],
  ["atLeast", "lessThan"],
];

export const missingClaims: Lint = ({ resources }) =>
  extensionsIn(resources).flatMap((object) =>
    claimPoliciesOf(object)
      .filter(({ action }) => action === "DENY")
      .flatMap(({ rules }) => rules.flat())
      .flatMap((condition) => {
        const found = opposites.find(([name]) => entry(condition, name) !== undefined);
        if (found === undefined || holdsWithoutClaim(condition)) return [];
        const [name, opposite] = found;
        const { keyAt } = entry(condition, name)!;
        return [
          remark({
            id: "JP243",
            resource: object.resource,
            at: keyAt,
            message: `a token without this claim, or with something else than a number in it, is neither less nor more: this rule does not deny it`,
            remedy: `deny what is not as it must be: ${opposite} with not: true in the place of ${name}`,
          }),
        ];
      }),
  );
