/** The plugin's configuration (design.md, docs/configuration.md): read as a whole, refused as a whole. */
import { JsonDocument, JsonError, JsonKind, parseJson, ROOT } from "../claims/json";
import { ConfigErrors } from "../config/config_errors";
import { rootFields, text } from "../config/fields";
import { Region } from "../memory/region";
import { Span, spanIsMissing, spanLength } from "../memory/span";
import { LocationKind } from "../token/location";
import { TokenCache } from "../token/token_cache";
import { compilePolicies } from "../policy/compilation/compile";
import { PolicyOptions } from "../policy/rules/policy_options";
import { PolicySet } from "../policy/tables/policy_set";
import { Extensions } from "./extensions/extensions";
import { readExtensions } from "./extensions/read_extensions";
import { FetchTargets } from "./endpoints/fetch_targets";
import { JwtRules } from "./configuration/jwt_rules";
import { JwtRulesReader } from "./configuration/read_jwt_rules";
import { Metrics } from "./telemetry/metrics";
import { RequestProperties } from "./authorization/request_properties";
import { readSettings, Settings } from "./configuration/settings";

export class Configuration {
  constructor(
    readonly settings: Settings,
    readonly rules: JwtRules,
    readonly targets: FetchTargets,
    readonly policies: PolicySet,
    readonly properties: RequestProperties,
    readonly cache: TokenCache,
    readonly metrics: Metrics,
    /** What stands beside Istio's objects; null: nothing does. */
    readonly extensions: Extensions | null,
    /** Holds every byte that the compiled rules point at. */
    readonly region: Region,
  ) {}

  /** Gives back all unmanaged memory. */
  release(): void {
    const endpoints = this.rules.endpoints;
    for (let i = 0; i < endpoints.length; i++) endpoints[i].release();
    this.policies.release();
    const extensions = this.extensions;
    if (extensions !== null) extensions.release();
    this.cache.release();
    this.region.release();
  }
}

/** Null if the configuration is refused; `errors` then says why. */
export function readConfiguration(source: Span, errors: ConfigErrors): Configuration | null {
  if (spanIsMissing(source) || spanLength(source) == 0) {
    errors.add(
      "",
      "the plugin has no configuration; give at least requestAuthentications or authorizationPolicies",
    );
    return null;
  }
  const document = parseJson(source);
  if (document.error != JsonError.None) {
    errors.add("", jsonFault(document));
    return null;
  }
  if (document.kind(ROOT) != JsonKind.Object) {
    errors.add("", "the configuration must be a JSON object");
    return null;
  }
  const root = rootFields(document, errors);
  const region = new Region();
  const settings = readSettings(root);
  const targets = new FetchTargets(settings.clusters);
  const said = root.object("extensions");
  const rules = new JwtRulesReader(region, settings, targets).read(root, said);
  const options = new PolicyOptions(
    settings.trustDomain,
    settings.trustDomainAliases,
    settings.directRemoteAddress.length > 0,
  );
  const policies = compilePolicies(root, options, errors, said);
  const extensions = readExtensions(said, rules, options, region);
  root.close();
  if (errors.none && policies !== null) {
    const properties = new RequestProperties(settings, region);
    keepSecret(rules, policies);
    const cache = new TokenCache(settings.tokenCacheEntries);
    const metrics = new Metrics(rules.endpoints);
    return new Configuration(
      settings,
      rules,
      targets,
      policies,
      properties,
      cache,
      metrics,
      extensions,
      region,
    );
  }
  for (let i = 0; i < rules.endpoints.length; i++) rules.endpoints[i].release();
  if (policies !== null) policies.release();
  if (extensions !== null) extensions.release();
  region.release();
  return null;
}

/** Headers that may carry a token, or its payload, are never shown in an explanation. */
function keepSecret(rules: JwtRules, policies: PolicySet): void {
  for (let i = 0; i < rules.rules.length; i++) {
    const payloadHeader = rules.rules[i].payloadHeader;
    if (spanLength(payloadHeader) > 0) policies.secretHeaders.push(text(payloadHeader));
    const locations = rules.rules[i].locations;
    for (let j = 0; j < locations.length; j++) {
      if (locations[j].kind == LocationKind.Header) policies.secretHeaders.push(text(locations[j].name));
    }
  }
}

function jsonFault(document: JsonDocument): string {
  let what = "not valid JSON";
  if (document.error == JsonError.BadString)
    what = "a string with a bad escape, a control character or bad UTF-8";
  else if (document.error == JsonError.BadNumber) what = "not a JSON number";
  else if (document.error == JsonError.DuplicateMember) what = "an object with two members of one name";
  else if (document.error == JsonError.TooDeep) what = "nested too deeply";
  else if (document.error == JsonError.TrailingText) what = "text behind the end of the JSON";
  else if (document.error == JsonError.OutOfMemory) what = "too large";
  return "configuration is refused at byte " + document.errorOffset.toString() + ": " + what;
}
