/** Authorization of an authenticated request: the compiled policies, fed with what the filter knows of the request. */
import { JsonDocument } from "../../claims/json";
import { Status } from "../../decision/status";
import { arenaExhausted } from "../../memory/arena";
import { NO_SPAN, Span } from "../../memory/span";
import {
  auditRule,
  decide,
  dryRunAllowRule,
  dryRunDenyRule,
  evaluateClaims,
  matchedRule,
} from "../../policy/evaluation/evaluate";
import { PolicySet } from "../../policy/tables/policy_set";
import { RequestAttributes, requestAttributesAt } from "../../policy/attributes/request_attributes";
import { AuthContext } from "../authentication/auth_context";
import { RequestProperties } from "./request_properties";
import { tracing } from "../telemetry/trace";
import { tracePolicies } from "./trace_policies";

/** After `authorize`: the rule that decided, NO_SPAN if none did. */
export let decidingPolicy: Span = NO_SPAN;

/** After `authorize`: what the policies say of the identity's claims (policy/evaluation/evaluate.ts); 0 if nothing was asked. */
export let claimRows: usize = 0;

/** What of `claimRows` may be remembered with the token; 0: nothing. */
export function keptClaimRows(policies: PolicySet): usize {
  if (policies.comparesWithRequest) return 0;
  return claimRows;
}

/** The request that `authorize` has judged last, as policies see it; `claims` and the like hold until the next one. */
export function judgedAttributes(): RequestAttributes {
  return changetype<RequestAttributes>(attributesMemory);
}

const attributesMemory: usize = heap.alloc(offsetof<RequestAttributes>());

/** Ok, RbacAccessDenied, or FilterFailure if it cannot be judged, for the request of `context`, which has been authenticated. */
export function authorize(context: AuthContext, policies: PolicySet, properties: RequestProperties): Status {
  decidingPolicy = NO_SPAN;
  claimRows = 0;
  if (policies.rules.length == 0) return arenaExhausted ? Status.FilterFailure : Status.Ok;
  const attributes = requestAttributesAt(attributesMemory);
  attributes.headers = context.headers;
  if (context.identityRule >= 0) {
    const claims: JsonDocument = context.identity.claims;
    const rule = unchecked(context.rules.rules[context.identityRule]);
    const spaceDelimited = rule.spaceDelimitedClaims;
    const profile = rule.profile;
    if (profile !== null) attributes.scopeClaim = profile.scopeClaim;
    attributes.claims = claims;
    attributes.spaceDelimitedClaims = changetype<usize>(spaceDelimited);
    attributes.spaceDelimitedClaimCount = spaceDelimited.length;
  }
  if (policies.needs != 0 && !properties.fill(attributes, policies.needs)) return Status.FilterFailure;
  claimRows = cachedClaimRows(context);
  if (claimRows == 0) claimRows = evaluateClaims(policies, attributes);
  const allowed = decide(policies, claimRows, attributes);
  if (matchedRule >= 0) decidingPolicy = policies.ruleName(matchedRule);
  if (tracing) tracePolicies(policies, attributes, auditRule, dryRunDenyRule, dryRunAllowRule);
  if (arenaExhausted) return Status.FilterFailure;
  return allowed ? Status.Ok : Status.RbacAccessDenied;
}

/** What an earlier request of the same token, accepted by the same rule, has found out; 0 if there was none. */
function cachedClaimRows(context: AuthContext): usize {
  if (context.identityRule < 0) return 0;
  const cached = context.cachedEntry(context.identity);
  return changetype<usize>(cached) != 0 && cached.rowsRule == context.identityRule ? cached.claimRows : 0;
}
