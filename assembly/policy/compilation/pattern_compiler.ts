/** One row for each syntax: how a value becomes a pattern. */
import { text } from "../../config/fields";
import { Region } from "../../memory/region";
import { NO_SPAN, Span, lowerCase, span, spanAddress, spanLength } from "../../memory/span";
import { RANGE_KEY_SIZE, rangeKey } from "../values/address_range";
import { isPathTemplate, pathTemplatePattern } from "../values/path_template";
import {
  namespacePattern,
  principalPattern,
  serviceAccountPattern,
  trustDomainPattern,
} from "../values/peer_name";
import { requestPrincipalPattern } from "../attributes/request_principal";
import { dynamicMetadataPattern } from "../tables/dynamic_metadata";
import { hasBrace, portNumber } from "../values/value_fault";
import {
  PatternForm,
  PatternSyntax,
  ValuePattern,
  headerPattern,
  newPattern,
  textPattern,
} from "../values/value_pattern";

/** Compiles a value without faults (value_fault.ts). `namespace` is the policy's. */
export function compilePattern(
  region: Region,
  syntax: PatternSyntax,
  value: Span,
  namespace: string,
): ValuePattern {
  if (syntax == PatternSyntax.HeaderText) return headerPattern(region, value);
  if (syntax == PatternSyntax.Host) return lowered(headerPattern(region, value));
  if (syntax == PatternSyntax.RequestPrincipal) return requestPrincipalPattern(region, value);
  if (syntax == PatternSyntax.AddressRange) return rangePattern(region, value);
  if (syntax == PatternSyntax.Path)
    return hasBrace(value) && isPathTemplate(text(value))
      ? pathTemplatePattern(region, text(value))
      : textPattern(region, value);
  if (syntax == PatternSyntax.Port) return portPattern(region, <u16>portNumber(text(value)));
  if (syntax == PatternSyntax.PeerPrincipal) return principalPattern(region, text(value));
  if (syntax == PatternSyntax.PeerNamespace) return namespacePattern(region, text(value));
  if (syntax == PatternSyntax.PeerServiceAccount)
    return serviceAccountPattern(region, text(value), namespace);
  if (syntax == PatternSyntax.PeerTrustDomain) return trustDomainPattern(region, text(value));
  if (syntax == PatternSyntax.DynamicMetadata) return dynamicMetadataPattern(region, text(value));
  return textPattern(region, value);
}

/** The bytes of the pattern are its own, so they can be changed in place. */
function lowered(pattern: ValuePattern): ValuePattern {
  const address = spanAddress(pattern.bytes);
  for (let i: u32 = 0; i < spanLength(pattern.bytes); i++)
    store<u8>(address + <usize>i, lowerCase(load<u8>(address + <usize>i)));
  return pattern;
}

function portPattern(region: Region, port: u16): ValuePattern {
  const address = region.allocate(2);
  store<u16>(address, port);
  return newPattern(region, PatternForm.Exact, span(address, 2));
}

function rangePattern(region: Region, value: Span): ValuePattern {
  const key = region.allocate(<usize>RANGE_KEY_SIZE);
  const known = rangeKey(value, key);
  return newPattern(region, PatternForm.Exact, known ? span(key, RANGE_KEY_SIZE) : NO_SPAN);
}
