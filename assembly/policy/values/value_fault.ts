/**
 * What Istio's validation refuses in a value, in its words (istio pkg/config/security/security.go): the rules of its webhook hold here
 * too, since the filter may get a policy that no webhook has seen.
 */
import { rangeKey } from "./address_range";
import { pathTemplateFault } from "./path_template";
import { PatternSyntax } from "./value_pattern";

/** Istio's limits for service accounts. */
const MAX_SERVICE_ACCOUNTS = 16;
const MAX_SERVICE_ACCOUNT_LENGTH = 320;

const scratchKey: usize = memory.data(18);

/** Why Istio refuses a list of values of this syntax, found under `field`; "" if it does not. */
export function valuesFault(syntax: PatternSyntax, field: string, values: string[]): string {
  if (syntax == PatternSyntax.PeerServiceAccount && values.length > MAX_SERVICE_ACCOUNTS)
    return "may not have more than 16 values";
  for (let i = 0; i < values.length; i++) {
    if (values[i].length == 0) return "empty value not allowed, found in " + field;
    const fault = valueFault(syntax, field, values[i]);
    if (fault.length > 0) return fault;
  }
  return "";
}

function valueFault(syntax: PatternSyntax, field: string, value: string): string {
  if (syntax == PatternSyntax.Port && portNumber(value) < 0)
    return "bad port (" + value + "): must be a decimal number from 0 to 65535";
  if (syntax == PatternSyntax.AddressRange) return rangeFault(value);
  if (syntax == PatternSyntax.Path) return pathTemplateFault(value);
  if (syntax == PatternSyntax.PeerServiceAccount) return serviceAccountFault(field, value);
  if (syntax == PatternSyntax.PeerTrustDomain) return wildcardFault(field, value);
  return "";
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

function rangeFault(value: string): string {
  const bytes = String.UTF8.encode(value);
  const text = ((<u64>bytes.byteLength) << 32) | (<u64>changetype<usize>(bytes));
  if (rangeKey(text, scratchKey)) return "";
  return value.includes("/") ? "bad CIDR range (" + value + ")" : "bad IP address (" + value + ")";
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
