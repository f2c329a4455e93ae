// JP201: a RequestAuthentication refuses bad tokens, and lets requests without any through.

import {
  claimPoliciesOf,
  turnsAnonymousAway as claimsTurnAnonymousAway,
} from "../../extensions/claim-policies.js";
import { extensionsIn } from "../../extensions/extensions-object.js";
import { actionOf, isDryRun } from "../../istio/policy.js";
import { catchesAnonymous, demandsIdentity } from "../../policy-model/identity.js";
import { isRequired, jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { mayMeet } from "../../policy-model/reach.js";
import type { PolicyModel } from "../../policy-model/rule-model.js";
import { remark, type Lint } from "../../findings/lint.js";

export const unprotected: Lint = ({
  resources,
  requestAuthentications,
  authorizationPolicies,
  rootNamespace,
}) =>
  requestAuthentications
    .filter(
      (authentication) =>
        !jwtRulesOf(authentication).some(isRequired) &&
        !authorizationPolicies.some(
          (model) => mayMeet(model.policy, authentication, rootNamespace) && turnsAnonymousAway(model),
        ) &&
        !extensionsIn(resources).some(
          (object) =>
            mayMeet(object, authentication, rootNamespace) &&
            claimPoliciesOf(object).some(claimsTurnAnonymousAway),
        ),
    )
    .map(({ resource }) =>
      remark({
        id: "JP201",
        resource,
        at: resource.at,
        message: "requests without a token pass: no AuthorizationPolicy here demands a principal",
        remedy: 'add an ALLOW policy with `from: [{source: {requestPrincipals: ["*"]}}]`',
      }),
    );

function turnsAnonymousAway({ policy, rules }: PolicyModel): boolean {
  if (isDryRun(policy)) return false;
  switch (actionOf(policy)) {
    case "ALLOW":
      // Without rules it allows nothing at all.
      return rules.length === 0 || rules.some(demandsIdentity);
    case "DENY":
      return rules.some(catchesAnonymous);
    default:
      return false;
  }
}
