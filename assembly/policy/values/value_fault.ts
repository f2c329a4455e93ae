/**
 * What Istio's validation refuses in a value, in its words (istio pkg/config/security/security.go): the rules of its webhook hold here
 * too, since the filter may get a policy that no webhook has seen.
 */
import { text } from "../../config/fields";
import { Span, spanIndexOf, spanLength } from "../../memory/span";
import { SpanList, listItem, listLength } from "../../memory/span_list";
import { rangeKey } from "./address_range";
import { pathTemplateFault } from "./path_template";
import { PatternSyntax } from "./value_pattern";

/** Istio's limits for service accounts. */
const MAX_SERVICE_ACCOUNTS = 16;
const MAX_SERVICE_ACCOUNT_LENGTH = 320;

const scratchKey: usize = memory.data(18);

/** Why Istio refuses a list of values of this syntax, found under `field`; "" if it does not. */
export function valuesFault(syntax: PatternSyntax, field: string, values: SpanList): string {
  const count = listLength(values);
  if (syntax == PatternSyntax.PeerServiceAccount && count > MAX_SERVICE_ACCOUNTS)
    return "may not have more than 16 values";
  for (let i = 0; i < count; i++) {
    const value = listItem(values, i);
    if (spanLength(value) == 0) return "empty value not allowed, found in " + field;
    const fault = valueFault(syntax, field, value);
    if (fault.length > 0) return fault;
  }
  return "";
}

function valueFault(syntax: PatternSyntax, field: string, value: Span): string {
  if (syntax == PatternSyntax.Path) return hasBrace(value) ? pathTemplateFault(text(value)) : "";
  if (syntax == PatternSyntax.AddressRange) return rangeFault(value);
  if (syntax == PatternSyntax.Port && portNumber(text(value)) < 0)
    return "bad port (" + text(value) + "): must be a decimal number from 0 to 65535";
  if (syntax == PatternSyntax.PeerServiceAccount) return serviceAccountFault(field, text(value));
  if (syntax == PatternSyntax.PeerTrustDomain) return wildcardFault(field, text(value));
  return "";
}

/** Nothing else is asked of a path without braces, and most have none. */
export function hasBrace(value: Span): bool {
  return spanIndexOf(value, 0x7b) >= 0 || spanIndexOf(value, 0x7d) >= 0;
}

/** The port, or -1: decimal digits as Go's ParseUint reads them, so leading zeros are fine. */
export function portNumber(value: string): i32 {
  let port = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65535) return -1;
  }
  return value.length > 0 ? port : -1;
}

function rangeFault(value: Span): string {
  if (rangeKey(value, scratchKey)) return "";
  const isRange = spanIndexOf(value, 0x2f) >= 0;
  return (isRange ? "bad CIDR range (" : "bad IP address (") + text(value) + ")";
}

function serviceAccountFault(field: string, value: string): string {
  if (value.includes("*")) return "wildcard not allowed, found in " + field;
  const parts = value.split("/");
  if (parts.length > 2 || parts[0].length == 0 || parts[parts.length - 1].length == 0)
    return (
      "expected format 'serviceAccount' or 'namespace/serviceAccount', found \"" + value + '" in ' + field
    );
  if (String.UTF8.byteLength(value) > MAX_SERVICE_ACCOUNT_LENGTH)
    return 'value cannot exceed 320 characters, found "' + value + '" in ' + field;
  return "";
}

function wildcardFault(field: string, value: string): string {
  const star = value.indexOf("*");
  if (star < 0) return "";
  if (value.indexOf("*", star + 1) >= 0)
    return "at most one wildcard is allowed, found in " + field + ': "' + value + '"';
  if (star != 0 && star != value.length - 1)
    return "wildcard is only allowed at the start or end, found in " + field + ': "' + value + '"';
  return "";
}
