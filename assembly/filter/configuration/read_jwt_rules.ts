/** `requestAuthentications` of the configuration, read and checked as Istio's own validation does (pkg/config/validation, validateJwtRule). */
import { Fields, text } from "../../config/fields";
import { insertSorted } from "../../config/sorted_names";
import { Region } from "../../memory/region";
import { lowerCaseText } from "../../memory/text_case";
import { Span } from "../../memory/span";
import { hostedName } from "../../request/header_name";
import { bareAudience } from "../../token/audience";
import { LocationKind, TokenLocation } from "../../token/location";
import { FetchTargets } from "../endpoints/fetch_targets";
import { ClaimHeader, JwtRule } from "./jwt_rule";
import { JwtRules } from "./jwt_rules";
import { DEFAULT_TIMEOUT, KeyEndpoints, NO_DISCOVERY } from "./key_endpoints";
import { outputHeaderFault } from "./output_header";
import { readClaimHeaders } from "./read_claim_headers";
import { readKeySources } from "./read_key_sources";
import { parseJwksUri } from "../endpoints/jwks_uri";
import { Settings } from "./settings";

/** The bound of `timeout`, in milliseconds. */
const LONGEST_TIMEOUT: i64 = 600_000;

/** OpenID Connect Discovery 1.0 §4. */
const DISCOVERY_PATH = "/.well-known/openid-configuration";

export class JwtRulesReader {
  private rules: JwtRule[] = [];
  private endpoints: KeyEndpoints;

  constructor(
    private region: Region,
    settings: Settings,
    targets: FetchTargets,
  ) {
    this.endpoints = new KeyEndpoints(region, settings, targets);
  }

  /** Reads all rules, with what `extensions` says of their headers and further key sets; faults go to the errors of `root`. */
  read(root: Fields, extensions: Fields | null = null): JwtRules {
    const authentications = root.objects("requestAuthentications");
    for (let i = 0; i < authentications.length; i++) {
      const authentication = authentications[i];
      authentication.string("name");
      authentication.string("namespace");
      const attachment =
        "the plugin applies to the workload that loads it; `jwt-policy render` resolves attachment";
      authentication.refuse("selector", attachment);
      authentication.refuse("targetRef", attachment);
      authentication.refuse("targetRefs", attachment);
      const rules = authentication.objects("jwtRules");
      for (let j = 0; j < rules.length; j++) this.readRule(rules[j]);
      authentication.close();
    }
    sortByIssuer(this.rules);
    if (extensions !== null) {
      readClaimHeaders(extensions, this.rules, this.region);
      readKeySources(extensions, this.rules, this.endpoints);
    }
    return new JwtRules(StaticArray.fromArray(this.rules), StaticArray.fromArray(this.endpoints.all));
  }

  private readRule(fields: Fields): void {
    const issuer = fields.string("issuer");
    const audiences = nonEmpty(fields, "audiences", "audience");
    const bare: Span[] = [];
    for (let i = 0; i < audiences.length; i++) bare.push(bareAudience(this.region.keepText(audiences[i])));
    const spaceDelimited = nonEmpty(fields, "spaceDelimitedClaims", "claim name");
    if (!spaceDelimited.includes("scope")) spaceDelimited.push("scope");
    if (!spaceDelimited.includes("permission")) spaceDelimited.push("permission");
    const claims: Span[] = [];
    for (let i = 0; i < spaceDelimited.length; i++) claims.push(this.region.keepText(spaceDelimited[i]));
    const payloadHeader = fields.string("outputPayloadToHeader");
    if (payloadHeader.length > 0) {
      const fault = outputHeaderFault(payloadHeader);
      if (fault.length > 0) fields.error("outputPayloadToHeader", fault);
    }
    const rule = new JwtRule(
      this.region.keepText(issuer),
      StaticArray.fromArray(bare),
      this.readLocations(fields),
      this.region.keepText(lowerCaseText(payloadHeader)),
      this.readClaimHeaders(fields),
      fields.boolean("forwardOriginalToken", false),
      StaticArray.fromArray(claims),
      this.readKeys(fields, issuer),
      isRequired(fields),
    );
    rule.place = fields.path;
    fields.close();
    this.rules.push(rule);
  }

  private readLocations(fields: Fields): StaticArray<TokenLocation> {
    const locations: TokenLocation[] = [];
    const headers = fields.objects("fromHeaders");
    const keys: string[] = [];
    for (let i = 0; i < headers.length; i++) {
      const name = lowerCaseText(headers[i].string("name"));
      const prefix = headers[i].string("prefix");
      headers[i].close();
      if (name.length == 0) headers[i].error("name", "must not be empty");
      // Native keys its locations by name and prefix in one text, and sorts them by it (Envoy extractor.cc).
      if (insertSorted(keys, name + prefix)) {
        insertAt(
          locations,
          keys.indexOf(name + prefix),
          this.location(LocationKind.Header, hostedName(name), prefix),
        );
      }
    }
    this.addNamed(locations, LocationKind.Parameter, nonEmpty(fields, "fromParams", "parameter name"));
    this.addNamed(locations, LocationKind.Cookie, nonEmpty(fields, "fromCookies", "cookie name"));
    if (locations.length == 0) {
      locations.push(this.location(LocationKind.Header, "authorization", "Bearer "));
      locations.push(this.location(LocationKind.Parameter, "access_token", ""));
    }
    return StaticArray.fromArray(locations);
  }

  private addNamed(locations: TokenLocation[], kind: LocationKind, names: string[]): void {
    const sorted: string[] = [];
    for (let i = 0; i < names.length; i++) insertSorted(sorted, names[i]);
    for (let i = 0; i < sorted.length; i++) locations.push(this.location(kind, sorted[i], ""));
  }

  private location(kind: LocationKind, name: string, prefix: string): TokenLocation {
    return new TokenLocation(kind, this.region.keepText(name), this.region.keepText(prefix));
  }

  private readClaimHeaders(fields: Fields): StaticArray<ClaimHeader> {
    const outputs = fields.objects("outputClaimToHeaders");
    const headers: ClaimHeader[] = [];
    for (let i = 0; i < outputs.length; i++) {
      const header = outputs[i].string("header");
      const claim = outputs[i].string("claim");
      outputs[i].close();
      const fault = outputHeaderFault(header);
      if (fault.length > 0) outputs[i].error("header", fault);
      if (claim.length == 0) outputs[i].error("claim", "must not be empty");
      const names = claim.split(".");
      const path = new StaticArray<Span>(names.length);
      for (let j = 0; j < names.length; j++) path[j] = this.region.keepText(names[j]);
      headers.push(new ClaimHeader(this.region.keepText(lowerCaseText(header)), path));
    }
    return StaticArray.fromArray(headers);
  }

  /** Index of the rule's endpoint; rules with the same URI and timeout share one. */
  private readKeys(fields: Fields, issuer: string): i32 {
    const uri = fields.string("jwksUri");
    const jwks = fields.string("jwks");
    const timeout = fields.duration("timeout", DEFAULT_TIMEOUT, 1, LONGEST_TIMEOUT);
    if (issuer.length == 0 && uri.length == 0) fields.error("issuer", "issuer or jwksUri must be given");
    if (uri.length > 0 && jwks.length > 0) {
      fields.error("jwks", "jwks and jwksUri exclude each other; keep one");
      return 0;
    }
    if (jwks.length > 0) return this.endpoints.inline(fields, jwks);
    if (uri.length > 0) return this.endpoints.remote(fields, "jwksUri", uri, <u32>timeout, "");
    if (issuer.length == 0) return 0;
    // OpenID Connect Discovery 1.0 §3: an issuer has no query and no fragment. Alone it must be a URI, not only with what is put behind it.
    if (parseJwksUri(issuer) === null || issuer.includes("?") || issuer.includes("#")) {
      fields.error("issuer", NO_DISCOVERY);
      return 0;
    }
    const base = issuer.endsWith("/") ? issuer.substring(0, issuer.length - 1) : issuer;
    return this.endpoints.remote(fields, "issuer", base + DISCOVERY_PATH, <u32>timeout, issuer);
  }
}

/** `presence`, as of istio.io/api 1.32. */
function isRequired(fields: Fields): bool {
  if (!fields.has("presence")) return false;
  const presence = fields.string("presence");
  if (presence != "OPTIONAL" && presence != "REQUIRED")
    fields.error("presence", 'must be OPTIONAL or REQUIRED, not "' + presence + '"');
  return presence == "REQUIRED";
}

/** A list of strings none of which may be empty. */
function nonEmpty(fields: Fields, name: string, what: string): string[] {
  const list = fields.strings(name);
  for (let i = 0; i < list.length; i++) {
    if (list[i].length == 0) fields.error(name + "[" + i.toString() + "]", what + " must not be empty");
  }
  return list;
}

function insertAt(list: TokenLocation[], at: i32, value: TokenLocation): void {
  list.push(value);
  for (let i = list.length - 1; i > at; i--) list[i] = list[i - 1];
  list[at] = value;
}

/** Insertion sort: stable, as Istio's is; rules are few. */
function sortByIssuer(rules: JwtRule[]): void {
  for (let i = 1; i < rules.length; i++) {
    const rule = rules[i];
    const issuer = text(rule.issuer);
    let j = i - 1;
    for (; j >= 0 && text(rules[j].issuer) > issuer; j--) rules[j + 1] = rules[j];
    rules[j + 1] = rule;
  }
}
