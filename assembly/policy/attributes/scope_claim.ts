/**
 * The claim that says a token's scopes where that is not `scope`: `scp`, as Microsoft and Okta write it (`extensions.tokenProfiles[].scopeClaim`). Rules
 * on the claim `scope` then see its values. It takes the place of the token's own `scope`, and is not put beside it: of two claims that may say
 * different things one counts, the one that the configuration names. Under its own name it is seen as well.
 */
import { utf8 } from "../../memory/persistent";
import { Span, spanEquals, spanLength } from "../../memory/span";
import { RequestAttributes } from "./request_attributes";

export const SCOPE = utf8("scope");

/** Whether a top-level claim of this name is no claim for the rules. */
export function isSuperseded(attributes: RequestAttributes, name: Span): bool {
  return spanLength(attributes.scopeClaim) > 0 && spanEquals(name, SCOPE);
}

/** Whether a top-level claim of this name is `scope`, besides what its own name says. */
export function saysScope(attributes: RequestAttributes, name: Span): bool {
  return spanLength(attributes.scopeClaim) > 0 && spanEquals(name, attributes.scopeClaim);
}
