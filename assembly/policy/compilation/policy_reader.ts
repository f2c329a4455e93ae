/**
 * Reads `authorizationPolicies` into rules. What Istio's validation refuses (istio pkg/config/validation/validation.go,
 * ValidateAuthorizationPolicy, and the CRD) is refused here, in its words where it has some.
 */
import { Fields, text } from "../../config/fields";
import { MOST_DIGITS, putUnsigned } from "../../memory/decimal";
import { hashBytes } from "../../memory/hash";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { NO_SPAN, Span, copySpan, span, spanEquals, spanLength } from "../../memory/span";
import { SpanList, listLength } from "../../memory/span_list";
import { NOT_FOUND, NameTable, nameTable } from "../tables/name_table";
import { boundedObjects } from "../../config/bounded_lists";
import { AttributeRegistry } from "./attribute_registry";
import { ClaimConditions } from "./claim_conditions";
import { Comparands } from "./comparands";
import { ConditionKey, keyFault, conditionKey } from "../rules/condition_key";
import { OPERATION_FIELDS, RuleField, SOURCE_FIELDS } from "../rules/rule_field";
import { Alternatives, Clause, Part, RuleModel, Segment, newClause, newRule } from "../rules/policy_model";
import { TextNumbers } from "./text_numbers";
import { PolicyOptions } from "../rules/policy_options";
import { TrustDomains } from "../rules/trust_domain";

const LIST = "authorizationPolicies";
const CLAIM_POLICIES = "extensions.claimPolicies";
/** The namespace in the names of their rules: they stand in a configuration, whatever object they come from. */
const OUR_NAMESPACE = utf8("extensions");
const DEFAULT_NAMESPACE = utf8("default");
const NAMESPACE = utf8("ns[");
const POLICY = utf8("]-policy[");
const RULE = utf8("]-rule[");

const NO_CLAIMS: Fields[] = [];
/** Most elements of `rules` and of `from` (the CRD's maxItems). */
const MAX_ITEMS = 512;

export class PolicyReader {
  readonly rules: RuleModel[] = [];
  /** Whether some policy, even one without rules, allows in earnest: then what no rule allows is denied. */
  hasAllow: bool = false;
  readonly registry: AttributeRegistry;
  readonly comparands: Comparands;
  /** `namespace/name` of each policy. */
  private readonly identities: NameTable;
  /** Keys of `when` that have been read, and their numbers by their text. */
  private readonly keys: ConditionKey[] = [];
  private readonly keyStrings: string[] = [];
  private readonly keyTexts: Span[] = [];
  private readonly keyNumbers: TextNumbers = new TextNumbers();
  /** The namespace of the policy that is read, as bytes and as text. */
  private namespaceBytes: Span = NO_SPAN;
  private namespace: string = "";

  /** @param count how many policies there are */
  constructor(
    private readonly region: Region,
    options: PolicyOptions,
    count: i32,
  ) {
    this.identities = nameTable(region, count);
    const domains = new TrustDomains(options.trustDomain, options.trustDomainAliases);
    this.registry = new AttributeRegistry(region, domains, options.hasDirectRemoteAddress);
    this.comparands = new Comparands(region);
  }

  /** Reads element number `index` of `authorizationPolicies`, or of `extensions.claimPolicies`. */
  readPolicy(policy: Fields, index: i32, isOurs: bool = false): void {
    const name = policy.bytes("name");
    if (spanLength(name) == 0) policy.error("name", "must be set: it is the name of the AuthorizationPolicy");
    // A resource without one is in the namespace "default".
    let namespace = OUR_NAMESPACE;
    if (!isOurs) namespace = policy.has("namespace") ? policy.bytes("namespace") : DEFAULT_NAMESPACE;
    if (!this.identify(namespace, name))
      policy.error("name", "there is another policy " + text(namespace) + "/" + text(name));
    if (!spanEquals(this.namespaceBytes, namespace)) {
      this.namespaceBytes = namespace;
      this.namespace = text(namespace);
    }
    const dryRun = policy.boolean("dryRun", false);
    const action = policy.has("action") ? policy.string("action") : "ALLOW";
    refuseForeignFields(policy);
    const count = policy.count("rules");
    policy.close();
    const segment = segmentOf(action, dryRun);
    if (segment < 0) {
      policy.error("action", actionFault(action));
      return;
    }
    if (action == "DENY" && count == 0)
      policy.error(
        "rules",
        "DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request",
      );
    if (count > MAX_ITEMS) policy.error("rules", "must have at most 512 items");
    if (segment == Segment.Allow) this.hasAllow = true;
    const list = isOurs ? CLAIM_POLICIES : LIST;
    if (isOurs && count == 0) policy.error("rules", "must not be empty");
    let node = policy.first("rules");
    for (let i = 0; i < count; i++, node = policy.document.next(node)) {
      const rule = this.addRule(ruleName(this.region, namespace, name, i), segment, list, index, i);
      this.readRule(policy.element("rules", node, i), i, rule, isOurs);
    }
    if (count == 0) {
      const never = this.addRule(ruleName(this.region, namespace, name, 0), segment, list, index, -1);
      never.neverMatches = true;
    }
  }

  /** A further rule, which is still to be filled. For the parameters see `RuleModel`. */
  addRule(name: Span, segment: Segment, list: string, element: i32, rule: i32): RuleModel {
    const model = newRule(this.region, name, segment, list, element, rule);
    this.rules.push(model);
    return model;
  }

  /** Gives back what only reading needs: call it when all is read, whatever came of it. */
  release(): void {
    this.registry.release();
    this.keyNumbers.release();
  }

  /** False if another policy has the same namespace and name. */
  private identify(namespace: Span, name: Span): bool {
    const length = spanLength(namespace) + 1 + spanLength(name);
    const start = this.region.allocate(<usize>length);
    const slash = copySpan(start, namespace);
    store<u8>(slash, 0x2f);
    copySpan(slash + 1, name);
    const identity = span(start, length);
    const hash = hashBytes(identity);
    if (this.identities.find(identity, hash) != NOT_FOUND) return false;
    this.identities.insert(identity, hash, 0);
    return true;
  }

  private readRule(fields: Fields, index: i32, rule: RuleModel, isOurs: bool): void {
    const from = isOurs ? 0 : fields.count("from");
    const claims = isOurs ? boundedObjects(fields, "claims") : NO_CLAIMS;
    if (isOurs && claims.length == 0) fields.error("claims", "must not be empty");
    const to = fields.count("to");
    const when = fields.count("when");
    if (!isOurs && from == 0 && fields.has("from"))
      fields.error("from", "`from` must not be empty" + at(index));
    if (to == 0 && fields.has("to")) fields.error("to", "`to` must not be empty" + at(index));
    if (from > MAX_ITEMS) fields.error("from", "must have at most 512 items");
    fields.close();
    this.readElements(fields, "from", "source", from, index, Part.From, SOURCE_FIELDS, rule.from);
    this.readElements(fields, "to", "operation", to, index, Part.To, OPERATION_FIELDS, rule.to);
    let node = fields.first("when");
    for (let i = 0; i < when; i++, node = fields.document.next(node))
      this.readWhen(fields.element("when", node, i), i, rule.when);
    if (claims.length == 0) return;
    const conditions = new ClaimConditions(this.region, this.registry, this.comparands);
    for (let i = 0; i < claims.length; i++) conditions.read(claims[i], i, rule.when);
  }

  /**
   * The elements of `from` or of `to`, each of which has one object.
   * @param list its name and that of the object, constants @param count how many it has @param index of the rule
   */
  private readElements(
    fields: Fields,
    list: string,
    member: string,
    count: i32,
    index: i32,
    part: Part,
    known: RuleField[],
    alternatives: Alternatives,
  ): void {
    let node = fields.first(list);
    for (let i = 0; i < count; i++, node = fields.document.next(node)) {
      const element = fields.element(list, node, i);
      const object = element.object(member);
      element.close();
      if (object == null) {
        element.error(member, "`" + list + "." + member + "` must not be nil" + at(index));
        continue;
      }
      const faults = fields.errors.messages.length;
      const clause = this.readClause(object, part, i, known);
      if (clause.count == 0 && fields.errors.messages.length == faults)
        element.error(member, "`" + list + "." + member + "` must not be empty" + at(index));
      if (part == Part.From) refuseMixedIdentities(object, index);
      alternatives.add(clause);
    }
  }

  /** A source or an operation. Only fields that are there are asked for: with all known ones, a thousand policies would take long. */
  readClause(fields: Fields, part: Part, index: i32, known: RuleField[]): Clause {
    const clause = newClause(this.region);
    let read: u32 = 0;
    for (let i = 0; i < known.length && read < fields.size; i++) {
      const field = known[i];
      for (let negative = 0; negative < 2; negative++) {
        const name = negative ? field.negativeName : field.name;
        if (!fields.contains(name)) continue;
        read++;
        const values = fields.texts(name);
        if (listLength(values) == 0) continue;
        const fault = this.registry.fault(field.key, field.strict, name, values);
        if (fault.length > 0) {
          fields.error(name, fault);
          continue;
        }
        const condition = this.registry.condition(field.key, values, negative == 1, name, this.namespace);
        condition.part = part;
        condition.index = index;
        clause.add(condition);
      }
    }
    if (read < fields.size) refuseUnknown(fields, known);
    return clause;
  }

  private readWhen(fields: Fields, index: i32, clause: Clause): void {
    const key = fields.bytes("key");
    const values = fields.texts("values");
    const notValues = fields.texts("notValues");
    fields.close();
    if (spanLength(key) == 0) {
      fields.error("key", "`key` must not be empty");
      return;
    }
    if (listLength(values) == 0 && listLength(notValues) == 0) {
      fields.error("values", "at least one of `values` or `notValues` must be set for key " + text(key));
      return;
    }
    const number = this.keyNumber(key);
    if (number < 0) {
      fields.error("key", keyFault);
      return;
    }
    if (listLength(values) > 0) this.readValues(fields, index, clause, number, values, false);
    if (listLength(notValues) > 0) this.readValues(fields, index, clause, number, notValues, true);
  }

  private readValues(
    fields: Fields,
    index: i32,
    clause: Clause,
    number: i32,
    values: SpanList,
    negative: bool,
  ): void {
    const known = this.keys[number];
    const name = negative ? "notValues" : "values";
    const fault = this.registry.fault(known, false, this.keyStrings[number], values);
    if (fault.length > 0)
      return fields.error(
        name,
        "invalid `" +
          (negative ? "notValue" : "value") +
          "` for `key` " +
          this.keyStrings[number] +
          ": " +
          fault,
      );
    const condition = this.registry.condition(known, values, negative, name, this.namespace);
    condition.part = Part.When;
    condition.index = index;
    condition.key = this.keyTexts[number];
    clause.add(condition);
  }

  /** The number of a key; -1, with `keyFault`, if it is none. */
  private keyNumber(key: Span): i32 {
    const seen = this.keyNumbers.find(key);
    if (seen >= 0) return seen;
    const known = conditionKey(text(key));
    if (known == null) return -1;
    const number = this.keys.length;
    this.keys.push(known);
    this.keyStrings.push(text(key));
    this.keyTexts.push(this.region.keep(key));
    this.keyNumbers.add(this.keyTexts[number], number);
    return number;
  }
}

/** Where Istio's messages say that a fault is. */
function at(rule: i32): string {
  return ", found at rule " + rule.toString();
}

/** `ns[foo]-policy[bar]-rule[0]`, kept in the region. */
function ruleName(region: Region, namespace: Span, policy: Span, rule: i32): Span {
  const texts =
    spanLength(NAMESPACE) +
    spanLength(namespace) +
    spanLength(POLICY) +
    spanLength(policy) +
    spanLength(RULE);
  const start = region.allocate(<usize>texts + MOST_DIGITS + 1);
  let at = copySpan(start, NAMESPACE);
  at = copySpan(at, namespace);
  at = copySpan(at, POLICY);
  at = copySpan(at, policy);
  at = copySpan(at, RULE);
  at = putUnsigned(at, rule);
  store<u8>(at, 0x5d);
  return span(start, <u32>(at + 1 - start));
}

function refuseForeignFields(policy: Fields): void {
  const remedy =
    " is not read by the filter: the selector of the WasmPlugin or the listener decides where it applies; `jwt-policy render` resolves it";
  policy.refuse("selector", "selector" + remedy);
  policy.refuse("targetRef", "targetRef" + remedy);
  policy.refuse("targetRefs", "targetRefs" + remedy);
  policy.refuse(
    "provider",
    "`provider` must not be with non CUSTOM action, and CUSTOM needs an external authorizer",
  );
}

/** -1 for an action that is none of the filter's. */
function segmentOf(action: string, dryRun: bool): i32 {
  if (action == "ALLOW") return dryRun ? Segment.DryRunAllow : Segment.Allow;
  if (action == "DENY") return dryRun ? Segment.DryRunDeny : Segment.Deny;
  if (action == "AUDIT") return dryRun ? Segment.DryRunAudit : Segment.Audit;
  return -1;
}

function actionFault(action: string): string {
  if (action == "CUSTOM")
    return "CUSTOM needs an external authorizer, which this filter does not call; use Envoy's ext_authz beside it";
  return 'must be ALLOW, DENY or AUDIT, not "' + action + '"';
}

/** Makes every known field known to `close`, so that it can say which one was meant. */
function refuseUnknown(fields: Fields, known: RuleField[]): void {
  for (let i = 0; i < known.length; i++) {
    fields.has(known[i].name);
    fields.has(known[i].negativeName);
  }
  fields.close();
}

/** The CRD goes by the presence of the fields, so an empty list counts. */
function refuseMixedIdentities(source: Fields, rule: i32): void {
  if (!source.has("serviceAccounts") && !source.has("notServiceAccounts")) return;
  if (
    source.has("principals") ||
    source.has("notPrincipals") ||
    source.has("namespaces") ||
    source.has("notNamespaces")
  )
    source.error("serviceAccounts", "cannot set serviceAccounts with namespaces or principals" + at(rule));
}
