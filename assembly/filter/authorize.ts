/** Authorization of an authenticated request: the compiled policies, fed with what the filter knows of the request. */
import { JsonDocument } from "../claims/json";
import { Status } from "../decision/status";
import { NO_SPAN, Span } from "../memory/span";
import {
  auditRule,
  decide,
  dryRunAllowRule,
  dryRunDenyRule,
  evaluateClaims,
  matchedRule,
} from "../policy/evaluate";
import { PolicySet } from "../policy/policy_set";
import { RequestAttributes, requestAttributesAt } from "../policy/request_attributes";
import { AuthContext } from "./auth_context";
import { RequestProperties } from "./request_properties";
import { tracing } from "./trace";
import { tracePolicies } from "./trace_policies";

/** After `authorize`: the rule that decided, NO_SPAN if none did. */
export let decidingPolicy: Span = NO_SPAN;

const attributesMemory: usize = heap.alloc(offsetof<RequestAttributes>());

/** Ok or RbacAccessDenied for the request of `context`, which has been authenticated. */
export function authorize(context: AuthContext, policies: PolicySet, properties: RequestProperties): Status {
  decidingPolicy = NO_SPAN;
  if (policies.rules.length == 0) return Status.Ok;
  const attributes = requestAttributesAt(attributesMemory);
  attributes.headers = context.headers;
  if (context.identityRule >= 0) {
    const claims: JsonDocument = context.identity.claims;
    const spaceDelimited = unchecked(context.rules.rules[context.identityRule]).spaceDelimitedClaims;
    attributes.claims = claims;
    attributes.spaceDelimitedClaims = changetype<usize>(spaceDelimited);
    attributes.spaceDelimitedClaimCount = spaceDelimited.length;
  }
  if (policies.needs != 0) properties.fill(attributes, policies.needs);
  const allowed = decide(policies, evaluateClaims(policies, attributes), attributes);
  if (matchedRule >= 0) decidingPolicy = policies.ruleName(matchedRule);
  if (tracing) tracePolicies(policies, attributes, auditRule, dryRunDenyRule, dryRunAllowRule);
  return allowed ? Status.Ok : Status.RbacAccessDenied;
}
