// JP243: a DENY rule on what a claim compares as, which a token without that claim, or with another type in it, passes by; and one that is denied for what the
// request says, which a request that says it in another way passes by.

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
const comparisonsWithRequest = ["equalsHeader", "equalsSegment", "equalsPath"];

export const missingClaims: Lint = ({ resources }) =>
  extensionsIn(resources).flatMap((object) =>
    claimPoliciesOf(object)
      .filter(({ action }) => action === "DENY")
      .flatMap(({ rules }) => rules.flat())
      .flatMap((condition) => {
        if (holdsWithoutClaim(condition)) return [];
        const about = (name: string) => entry(condition, name);
        const found = opposites.find(([name]) => about(name) !== undefined);
        const compared = comparisonsWithRequest.find((name) => about(name) !== undefined);
        const name = found?.[0] ?? compared;
        if (name === undefined) return [];
        return [
          remark({
            id: "JP243",
            resource: object.resource,
            at: about(name)!.keyAt,
            ...(found === undefined
              ? {
                  message: `a request that lacks it, or says it in a way that can be read twice, equals no claim: this rule does not deny it`,
                  remedy: `deny what is not the claim's own: ${name} with not: true`,
                }
              : {
                  message: `a token without this claim, or with something else than a number in it, is neither less nor more: this rule does not deny it`,
                  remedy: `deny what is not as it must be: ${found[1]} with not: true in the place of ${name}`,
                }),
          }),
        ];
      }),
  );
