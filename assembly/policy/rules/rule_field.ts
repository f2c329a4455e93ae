/** The fields of `source` and `operation`, one row each: attribute and syntax of the values. */
import { Attribute } from "../attributes/attribute";
import { ConditionKey } from "./condition_key";
import { PatternSyntax } from "../values/value_pattern";

export class RuleField {
  readonly negativeName: string;
  readonly key: ConditionKey;

  constructor(
    readonly name: string,
    attribute: Attribute,
    syntax: PatternSyntax,
    /** Whether Istio's validation is stricter here than for the same key in `when`. */
    readonly strict: bool = false,
  ) {
    this.negativeName = "not" + name.charAt(0).toUpperCase() + name.substr(1);
    this.key = new ConditionKey(attribute, syntax);
  }
}

export const SOURCE_FIELDS: RuleField[] = [
  new RuleField("principals", Attribute.PeerName, PatternSyntax.PeerPrincipal),
  new RuleField("requestPrincipals", Attribute.RequestPrincipal, PatternSyntax.RequestPrincipal),
  new RuleField("namespaces", Attribute.PeerName, PatternSyntax.PeerNamespace),
  new RuleField("serviceAccounts", Attribute.PeerName, PatternSyntax.PeerServiceAccount),
  new RuleField("trustDomains", Attribute.PeerName, PatternSyntax.PeerTrustDomain, true),
  new RuleField("ipBlocks", Attribute.DirectRemoteAddress, PatternSyntax.AddressRange),
  new RuleField("remoteIpBlocks", Attribute.RemoteAddress, PatternSyntax.AddressRange),
];

const HOSTS = new RuleField("hosts", Attribute.Host, PatternSyntax.Host);
const METHODS = new RuleField("methods", Attribute.Method, PatternSyntax.HeaderText);
const PATHS = new RuleField("paths", Attribute.Path, PatternSyntax.Path);

export const OPERATION_FIELDS: RuleField[] = [
  HOSTS,
  new RuleField("ports", Attribute.DestinationPort, PatternSyntax.Port),
  METHODS,
  PATHS,
];

/** What of an operation the header fields alone tell. */
export const REQUEST_FIELDS: RuleField[] = [HOSTS, METHODS, PATHS];
