/**
 * Keys of `when` (istio pkg/config/security/security.go, ValidateAttribute; authz/model/util.go): attribute, syntax of its values
 * and, for claims, headers and metadata, the names in brackets.
 */
import { hostedName } from "../../request/header_name";
import { Attribute } from "../attributes/attribute";
import { PatternSyntax } from "../values/value_pattern";

export class ConditionKey {
  /** Attribute and path as a text, one for each. */
  readonly name: string;

  constructor(
    readonly attribute: Attribute,
    readonly syntax: PatternSyntax,
    readonly path: string[] = [],
  ) {
    let name = (<i32>attribute).toString();
    // Lengths keep [a, bc] and [ab, c] apart, whatever characters the names have.
    for (let i = 0; i < path.length; i++) name += " " + path[i].length.toString() + ":" + path[i];
    this.name = name;
  }
}

/** Why `conditionKey` answered null. */
export let keyFault: string = "";

function fault(message: string): ConditionKey | null {
  keyFault = message;
  return null;
}

const HEADERS = "request.headers";
const CLAIMS = "request.auth.claims";
const EXPERIMENTAL = "experimental.envoy.filters.";

/** Names of a nested claim: no deeper than a document can be (claims/json.ts, MAX_DEPTH). */
const MAX_NAMES = 100;

/** Reads a key; null, with `keyFault`, if Istio's validation or its generator refuses it. */
export function conditionKey(key: string): ConditionKey | null {
  if (key == "source.ip") return new ConditionKey(Attribute.DirectRemoteAddress, PatternSyntax.AddressRange);
  if (key == "remote.ip") return new ConditionKey(Attribute.RemoteAddress, PatternSyntax.AddressRange);
  if (key == "destination.ip")
    return new ConditionKey(Attribute.DestinationAddress, PatternSyntax.AddressRange);
  if (key == "destination.port") return new ConditionKey(Attribute.DestinationPort, PatternSyntax.Port);
  if (key == "connection.sni") return new ConditionKey(Attribute.ServerName, PatternSyntax.Text);
  if (key == "source.principal") return new ConditionKey(Attribute.PeerName, PatternSyntax.PeerPrincipal);
  if (key == "source.namespace") return new ConditionKey(Attribute.PeerName, PatternSyntax.PeerNamespace);
  if (key == "source.serviceAccount")
    return new ConditionKey(Attribute.PeerName, PatternSyntax.PeerServiceAccount);
  if (key == "source.trustDomain") return new ConditionKey(Attribute.PeerName, PatternSyntax.PeerTrustDomain);
  if (key == "request.auth.principal")
    return new ConditionKey(Attribute.RequestPrincipal, PatternSyntax.RequestPrincipal);
  if (key == "request.auth.audiences") return new ConditionKey(Attribute.Claim, PatternSyntax.Text, ["aud"]);
  if (key == "request.auth.presenter") return new ConditionKey(Attribute.Claim, PatternSyntax.Text, ["azp"]);
  if (key.startsWith(HEADERS)) return headerKey(key);
  if (key.startsWith(CLAIMS)) return claimKey(key);
  if (key.startsWith(EXPERIMENTAL)) return metadataKey(key);
  if (key == "destination.namespace")
    return fault("attribute destination.namespace is replaced by the metadata.namespace");
  if (key.startsWith("destination.labels"))
    return fault("attribute " + key + " is replaced by the workload selector");
  if (key == "destination.name" || key == "destination.user")
    return fault("deprecated attribute " + key + ": only supported in v1alpha1");
  return fault("unknown attribute: " + key);
}

/** Istio's validateMapKey: something in brackets at the end. */
function isMapKey(key: string): bool {
  const open = key.indexOf("[");
  return key.endsWith("]") && open > 0 && open < key.length - 2;
}

function badMapKey(key: string): ConditionKey | null {
  return fault("bad key (" + key + "): should have format a[b]");
}

function headerKey(key: string): ConditionKey | null {
  if (!isMapKey(key) || key.charCodeAt(HEADERS.length) != 0x5b) return badMapKey(key);
  const name = hostedName(key.substring(HEADERS.length + 1, key.length - 1));
  return new ConditionKey(Attribute.Header, PatternSyntax.HeaderText, [name]);
}

function claimKey(key: string): ConditionKey | null {
  if (!isMapKey(key) || key.charCodeAt(CLAIMS.length) != 0x5b) return badMapKey(key);
  const path = nestedNames(key.substr(CLAIMS.length));
  if (path.length > MAX_NAMES) return fault("more than 100 nested names in a claim");
  // Envoy refuses an empty name in a metadata path.
  for (let i = 0; i < path.length; i++) {
    if (path[i].length == 0) return badMapKey(key);
  }
  return new ConditionKey(Attribute.Claim, PatternSyntax.Text, path);
}

/** `[a][b]` is a, b; whatever does not read so is one name between the outer brackets (extractNameInNestedBrackets). */
function nestedNames(brackets: string): string[] {
  const names: string[] = [];
  let begin = 0;
  while (begin < brackets.length) {
    const end = brackets.indexOf("]", begin);
    const open = brackets.indexOf("[", begin + 1);
    if (brackets.charCodeAt(begin) != 0x5b || end < 0 || (open >= 0 && open < end))
      return [brackets.substring(1, brackets.length - 1)];
    names.push(brackets.substring(begin + 1, end));
    begin = end + 1;
  }
  return names;
}

function metadataKey(key: string): ConditionKey | null {
  if (!isMapKey(key)) return badMapKey(key);
  const open = key.indexOf("[");
  const filter = key.substring("experimental.".length, open);
  const name = key.substring(open + 1, key.length - 1);
  return new ConditionKey(Attribute.DynamicMetadata, PatternSyntax.DynamicMetadata, [filter, name]);
}
