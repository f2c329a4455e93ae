// JP233: a jwksUri that is not an address of keys. JP234: an issuer or audience that no token has. JP237: the header of a claim with dots in its name, or of a key of conditions.

import { extensionsIn } from "../../extensions/extensions-object.js";
import { furtherJwksUris } from "../../extensions/issuer-key-sources.js";
import { tenantIssuers } from "../../extensions/tenant-issuers.js";
import type { Finding } from "../../findings/finding.js";
import { jwksUrisOf, jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { hasTenantPlace } from "../../policy-model/issuer-place.js";
import { remark, type Lint } from "../../findings/lint.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../../resources/tree.js";
import type { Resource } from "../../resources/resource.js";

export const issuerAddresses: Lint = ({ requestAuthentications, resources }) => [
  ...requestAuthentications.flatMap(({ resource, spec }) =>
    jwtRulesOf({ spec }).flatMap((rule) => [
      ...issuer(rule, resource, tenantIssuers(resources)),
      ...itemsOf(valueAt(rule, "audiences")).flatMap((one) => audience(one, resource)),
      ...outputs(rule, resource),
    ]),
  ),
  ...requestAuthentications.flatMap(jwksUrisOf).flatMap(addressOfKeys),
  ...furtherJwksUris(extensionsIn(resources)).flatMap(addressOfKeys),
];

const discovery = /\/\.well-known\/(openid-configuration|oauth-authorization-server)\/?([?#].*)?$/;
const placeholder =
  /\{[^}]*\}?|<[^>]*>|\$\(|\$\w|%7B|\b(YOUR|MY|CHANGE|REPLACE|TODO)[-_]|\b(CHANGEME|TODO|FIXME)\b/;

/** Host, and path without its last slash. */
const originAndPath = /^https?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)(?::\d+)?([^?#]*?)\/?(?:[?#].*)?$/i;
const endpoints = /\/(token|authorize|auth|userinfo|introspect|logout)$/;

interface KeysAddress {
  readonly uri: string;
  readonly at: Finding["at"];
  readonly issuer: string | undefined;
  readonly resource: Resource;
}

function addressOfKeys({ uri, at, issuer: name, resource }: KeysAddress): Finding[] {
  const found = (message: string, remedy: string) => [remark({ id: "JP233", resource, at, message, remedy })];
  if (discovery.test(uri))
    return found(
      "this is the provider's configuration, not its keys: every token is refused",
      `write what it has as jwks_uri; or leave jwksUri out, and it is looked up: curl -s ${uri} | jq -r .jwks_uri`,
    );
  if (name !== undefined && withoutSlash(name) === withoutSlash(uri))
    return found(
      "this is the issuer, not the address of its keys",
      "write what the issuer's /.well-known/openid-configuration has as jwks_uri, or leave jwksUri out",
    );
  const address = originAndPath.exec(uri);
  const endpoint = endpoints.exec(address?.[2] ?? "")?.[1];
  if (endpoint !== undefined)
    return found(
      `this is the provider's ${endpoint} endpoint, not the address of its keys`,
      "write what the issuer's /.well-known/openid-configuration has as jwks_uri, or leave jwksUri out",
    );
  const certificates =
    /^https:\/\/www\.googleapis\.com\/(oauth2\/v1\/certs|robot\/v1\/metadata\/x509\/([^/]+))$/.exec(uri);
  if (certificates !== null)
    return found(
      "these are certificates, and no key set: every token is refused",
      `write https://www.googleapis.com/${certificates[2] === undefined ? "oauth2/v3/certs" : `service_accounts/v1/jwk/${certificates[2]}`}`,
    );
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(address?.[1] ?? ""))
    return found(
      `${address![1]} is the machine or pod of whoever fetches the keys, not the issuer's`,
      "write a name that leads to the issuer from there, such as that of its Service",
    );
  if (placeholder.test(uri))
    return found(`${placeholder.exec(uri)![0]} stands for something that is to be filled in`, "fill it in");
  return [];
}

function issuer(rule: Tree, resource: Resource, withTenants: ReadonlySet<string>): Finding[] {
  const name = stringAt(rule, "issuer");
  const tree = valueAt(rule, "issuer");
  if (name === undefined || tree === undefined) return [];
  const found = (message: string, remedy: string) => [
    remark({ id: "JP234", resource, at: tree.at, message: `no token has this issuer: ${message}`, remedy }),
  ];
  const exact = "the issuer is compared as a whole with the token's iss: write it as it stands there";
  if (name !== name.trim()) return found("it begins or ends with a blank", exact);
  if (withTenants.has(name)) return [];
  if (hasTenantPlace(name))
    return found(
      "no JWTPolicyExtensions names its tenants",
      "name them under tenants (docs/key-sources.md); otherwise each has a rule of its own",
    );
  if (placeholder.test(name))
    return found(
      `${placeholder.exec(name)![0]} is not filled in`,
      `${exact}; of several tenants each has a rule of its own`,
    );
  if (discovery.test(name)) return found("it is the address of the provider's configuration", exact);
  if (/^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)(\/|$)/.test(name))
    return found(
      "tokens have their tenant's id there",
      `${exact}, such as https://login.microsoftonline.com/<id>/v2.0`,
    );
  if (/^(null|undefined|none)$/i.test(name)) return found("it is a word for nothing", exact);
  if (name.includes("*")) return found("it has no wildcards", `${exact}; each issuer has a rule of its own`);
  return [];
}

function audience(tree: Tree, resource: Resource): Finding[] {
  if (tree.kind !== "scalar" || typeof tree.value !== "string") return [];
  const { value, at } = tree;
  const found = (message: string, remedy: string) => [
    remark({ id: "JP234", resource, at, message: `no token has this audience: ${message}`, remedy }),
  ];
  if (value.includes("*"))
    return found(
      "it has no wildcards",
      "name each audience; without audiences, those of all tokens are taken",
    );
  if (/^[\w.:/-]+(,\s*[\w.:/-]+)+$/.test(value))
    return found("it is a list in one string", "write each audience on its own: one of them is enough");
  if (value !== value.trim() && value.trim() !== "")
    return found("it begins or ends with a blank", "audiences are compared as a whole");
  const unfilled = placeholder.exec(value)?.[0];
  return unfilled === undefined ? [] : found(`${unfilled} is not filled in`, "fill it in");
}

/** Names of claims as providers write them to be unique: URLs, and domains. */
const dotted = /:\/\/|^[a-z0-9-]+\.(io|com|org|net|dev|app|test|example)(\.|\/|$)/;

function outputs(rule: Tree, resource: Resource): Finding[] {
  return itemsOf(valueAt(rule, "outputClaimToHeaders")).flatMap((output) => {
    const claim = stringAt(output, "claim");
    const tree = valueAt(output, "claim");
    if (claim === undefined || tree === undefined) return [];
    const key = /^(request\.auth\.claims\[|\$\.)/.exec(claim)?.[0];
    if (key !== undefined)
      return [
        remark({
          id: "JP237",
          resource,
          at: tree.at,
          message: `${key} is taken for a part of the claim's name, and the header is never set`,
          remedy: "write the claim alone, as sub; a dot goes a level down, as realm_access.roles",
        }),
      ];
    if (/[[\]]/.test(claim))
      return [
        remark({
          id: "JP237",
          resource,
          at: tree.at,
          message: `brackets are taken for a part of the claim's name, and the header is never set`,
          remedy: `a dot goes a level down: ${claim.replaceAll(/\[(\d+)\]/g, "").replaceAll(/\[["']?([^\]"']*)["']?\]/g, ".$1")}`,
        }),
      ];
    if (!dotted.test(claim)) return [];
    const levels = claim.split(".").map((level) => JSON.stringify(level));
    return [
      remark({
        id: "JP237",
        resource,
        at: tree.at,
        message: `dots are levels here: this is the claim ${levels.join(" within ")}, and the header is never set`,
        remedy:
          "give a claim with dots in its name a header by claimHeaders of a JWTPolicyExtensions, which takes names as a list",
      }),
    ];
  });
}

const withoutSlash = (text: string) => text.replace(/\/$/, "");
