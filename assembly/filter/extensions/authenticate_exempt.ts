/** Authentication of a request where some requests or tokens are exempt from it. */
import { Status } from "../../decision/status";
import { Span } from "../../memory/span";
import { readHeaderList } from "../../request/header_list";
import { authenticate, removeClientCopies } from "../authentication/authenticate";
import { AuthContext } from "../authentication/auth_context";
import { endStep, quoted, step, tracing } from "../telemetry/trace";
import { TokenExemptions } from "./token_exemptions";

/** As `authenticate`. @param pairs the header fields as they were sent */
export function authenticateExempt(context: AuthContext, exemptions: TokenExemptions, pairs: Span): Status {
  exemptions.look(context.headers);
  if (exemptions.ignoresTokens) {
    if (tracing) traceExemption(exemptions.ignoringPlace);
    removeClientCopies(context);
    return Status.Ok;
  }
  const status = authenticate(context);
  const place = exemptions.placeOf(status);
  // Where a rule requires its token, a request without a token is refused, and so is this one.
  if (place.length == 0 || context.rules.anyRequired) return status;
  // A rule may have accepted one token, and failed on the next: what it has written and taken out is undone.
  const sent = readHeaderList(pairs);
  if (changetype<usize>(sent) == 0) return Status.FilterFailure;
  if (tracing) traceExemption(place);
  context.forgetIdentity(sent);
  removeClientCopies(context);
  return Status.Ok;
}

function traceExemption(place: string): void {
  step("exemption");
  quoted("at", place);
  endStep();
}
