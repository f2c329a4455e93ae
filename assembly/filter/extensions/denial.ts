/** Why the policies deny a request: what a client could do about it is another answer for each. */
import { Status } from "../../decision/status";
import { identityCouldAllow, scopesThatAllow } from "../../policy/evaluation/supposition";
import { PolicySet } from "../../policy/tables/policy_set";
import { AuthContext } from "../authentication/auth_context";
import { claimRows, judgedAttributes } from "../authorization/authorize";
import { Extensions } from "./extensions";
import { ProtectedResource } from "./protected_resource";

/** After `denial` has answered ScopeNeeded: bits of the resource's scopes that would let the request through. */
export let neededScopes: u64 = 0;

/**
 * RbacAccessDenied, or why, for the request that `authorize` has just denied; said where a resource is asked for, and that a token could change it where
 * an answer of the API's owner is for that. The decision stays what it is.
 */
export function denial(
  context: AuthContext,
  policies: PolicySet,
  resource: ProtectedResource | null,
  extensions: Extensions,
): Status {
  const answers = extensions.answers;
  if (context.identityRule < 0) {
    const isAsked = resource !== null || (answers !== null && answers.ofIdentities);
    return isAsked && identityCouldAllow(policies, claimRows)
      ? Status.IdentityNeeded
      : Status.RbacAccessDenied;
  }
  if (resource === null) return Status.RbacAccessDenied;
  neededScopes = scopesThatAllow(policies, judgedAttributes(), resource.scopes);
  return neededScopes != 0 ? Status.ScopeNeeded : Status.RbacAccessDenied;
}
