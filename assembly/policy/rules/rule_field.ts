/** The fields of `source` and `operation`, one row each: attribute and syntax of the values. */
import { Attribute } from "../attributes/attribute";
import { ConditionKey } from "./condition_key";
import { PatternSyntax } from "../values/value_pattern";

export class RuleField {
  readonly key: ConditionKey;

  constructor(
    readonly name: string,
    /** A constant, as `Fields` wants its names. */
    readonly negativeName: string,
    attribute: Attribute,
    syntax: PatternSyntax,
    /** Whether Istio's validation is stricter here than for the same key in `when`. */
    readonly strict: bool = false,
  ) {
    this.key = new ConditionKey(attribute, syntax);
  }
}

export const SOURCE_FIELDS: RuleField[] = [
  new RuleField("principals", "notPrincipals", Attribute.PeerName, PatternSyntax.PeerPrincipal),
  new RuleField(
    "requestPrincipals",
    "notRequestPrincipals",
    Attribute.RequestPrincipal,
    PatternSyntax.RequestPrincipal,
  ),
  new RuleField("namespaces", "notNamespaces", Attribute.PeerName, PatternSyntax.PeerNamespace),
  new RuleField(
    "serviceAccounts",
    "notServiceAccounts",
    Attribute.PeerName,
    PatternSyntax.PeerServiceAccount,
  ),
  new RuleField("trustDomains", "notTrustDomains", Attribute.PeerName, PatternSyntax.PeerTrustDomain, true),
  new RuleField("ipBlocks", "notIpBlocks", Attribute.DirectRemoteAddress, PatternSyntax.AddressRange),
  new RuleField("remoteIpBlocks", "notRemoteIpBlocks", Attribute.RemoteAddress, PatternSyntax.AddressRange),
];

const HOSTS = new RuleField("hosts", "notHosts", Attribute.Host, PatternSyntax.Host);
const METHODS = new RuleField("methods", "notMethods", Attribute.Method, PatternSyntax.HeaderText);
const PATHS = new RuleField("paths", "notPaths", Attribute.Path, PatternSyntax.Path);

export const OPERATION_FIELDS: RuleField[] = [
  HOSTS,
  new RuleField("ports", "notPorts", Attribute.DestinationPort, PatternSyntax.Port),
  METHODS,
  PATHS,
];

/** What of an operation the header fields alone tell. */
export const REQUEST_FIELDS: RuleField[] = [HOSTS, METHODS, PATHS];
