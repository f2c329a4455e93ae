/**
 * Reads `authorizationPolicies` into rules. What Istio's validation refuses (istio pkg/config/validation/validation.go,
 * ValidateAuthorizationPolicy, and the CRD) is refused here, in its words where it has some.
 */
import { ConfigErrors } from "../../config/config_errors";
import { Fields } from "../../config/fields";
import { Region } from "../../memory/region";
import { AttributeRegistry } from "./attribute_registry";
import { keyFault, conditionKey } from "../rules/condition_key";
import { OPERATION_FIELDS, RuleField, SOURCE_FIELDS } from "../rules/rule_field";
import { Clause, RuleModel, Segment } from "../rules/policy_model";
import { PolicyOptions } from "../rules/policy_options";
import { TrustDomains } from "../rules/trust_domain";

/** Most elements of `rules` and of `from` (the CRD's maxItems). */
const MAX_ITEMS = 512;

export class PolicyReader {
  readonly rules: RuleModel[] = [];
  /** Whether some policy, even one without rules, allows in earnest: then what no rule allows is denied. */
  hasAllow: bool = false;
  readonly registry: AttributeRegistry;
  private names: Set<string> = new Set<string>();

  constructor(region: Region, options: PolicyOptions) {
    const domains = new TrustDomains(options.trustDomain, options.trustDomainAliases);
    this.registry = new AttributeRegistry(region, domains, options.hasDirectRemoteAddress);
  }

  /** Reads one element of `authorizationPolicies`. */
  readPolicy(policy: Fields): void {
    const name = policy.string("name");
    if (name.length == 0) policy.error("name", "must be set: it is the name of the AuthorizationPolicy");
    // A resource without one is in the namespace "default".
    const namespace = policy.has("namespace") ? policy.string("namespace") : "default";
    const identity = namespace + "/" + name;
    if (this.names.has(identity)) policy.error("name", "there is another policy " + identity);
    this.names.add(identity);
    const dryRun = policy.boolean("dryRun", false);
    const action = policy.has("action") ? policy.string("action") : "ALLOW";
    refuseForeignFields(policy);
    const rules = policy.objects("rules");
    policy.close();
    const segment = segmentOf(action, dryRun);
    if (segment < 0) {
      policy.error("action", actionFault(action));
      return;
    }
    if (action == "DENY" && rules.length == 0)
      policy.error(
        "rules",
        "DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request",
      );
    if (rules.length > MAX_ITEMS) policy.error("rules", "must have at most 512 items");
    if (segment == Segment.Allow) this.hasAllow = true;
    const prefix = "ns[" + namespace + "]-policy[" + name + "]-rule[";
    for (let i = 0; i < rules.length; i++)
      this.rules.push(this.readRule(rules[i], i, prefix + i.toString() + "]", segment, namespace));
    if (rules.length == 0) {
      const never = new RuleModel(prefix + "0]", segment, policy.path);
      never.neverMatches = true;
      this.rules.push(never);
    }
  }

  private readRule(fields: Fields, index: i32, name: string, segment: Segment, namespace: string): RuleModel {
    const rule = new RuleModel(name, segment, fields.path);
    const at = ", found at rule " + index.toString();
    const from = fields.objects("from");
    const to = fields.objects("to");
    const when = fields.objects("when");
    if (from.length == 0 && fields.has("from")) fields.error("from", "`from` must not be empty" + at);
    if (to.length == 0 && fields.has("to")) fields.error("to", "`to` must not be empty" + at);
    if (from.length > MAX_ITEMS) fields.error("from", "must have at most 512 items");
    fields.close();
    for (let i = 0; i < from.length; i++) {
      const source = from[i].object("source");
      from[i].close();
      if (source == null) from[i].error("source", "`from.source` must not be nil" + at);
      else {
        const place = "from[" + i.toString() + "].source";
        const faults = fields.errors.messages.length;
        const clause = this.readClause(source, place, SOURCE_FIELDS, namespace);
        const isEmpty = clause.conditions.length == 0 && fields.errors.messages.length == faults;
        if (isEmpty) from[i].error("source", "`from.source` must not be empty" + at);
        refuseMixedIdentities(source, at);
        rule.from.push(clause);
      }
    }
    for (let i = 0; i < to.length; i++) {
      const operation = to[i].object("operation");
      to[i].close();
      if (operation == null) to[i].error("operation", "`to.operation` must not be nil" + at);
      else {
        const place = "to[" + i.toString() + "].operation";
        const faults = fields.errors.messages.length;
        const clause = this.readClause(operation, place, OPERATION_FIELDS, namespace);
        const isEmpty = clause.conditions.length == 0 && fields.errors.messages.length == faults;
        if (isEmpty) to[i].error("operation", "`to.operation` must not be empty" + at);
        rule.to.push(clause);
      }
    }
    for (let i = 0; i < when.length; i++)
      this.readWhen(when[i], "when[" + i.toString() + "]", rule.when, namespace);
    return rule;
  }

  /** A source or an operation. Only fields that are there are read: with all known ones, a thousand policies would take long. */
  readClause(fields: Fields, place: string, known: RuleField[], namespace: string): Clause {
    const clause = new Clause();
    const present = fields.names();
    let read = 0;
    for (let i = 0; i < known.length; i++) {
      const field = known[i];
      for (let negative = 0; negative < 2; negative++) {
        const name = negative ? field.negativeName : field.name;
        if (!present.includes(name)) continue;
        read++;
        const values = fields.strings(name);
        if (values.length == 0) continue;
        const fault = this.registry.fault(field.key, field.strict, name, values);
        if (fault.length > 0) fields.error(name, fault);
        else
          clause.conditions.push(
            this.registry.condition(field.key, values, negative == 1, place + "." + name, namespace),
          );
      }
    }
    if (read < present.length) refuseUnknown(fields, known);
    return clause;
  }

  private readWhen(fields: Fields, place: string, clause: Clause, namespace: string): void {
    const key = fields.string("key");
    const lists = [fields.strings("values"), fields.strings("notValues")];
    fields.close();
    if (key.length == 0) {
      fields.error("key", "`key` must not be empty");
      return;
    }
    if (lists[0].length == 0 && lists[1].length == 0) {
      fields.error("values", "at least one of `values` or `notValues` must be set for key " + key);
      return;
    }
    const known = conditionKey(key);
    if (known == null) {
      fields.error("key", keyFault);
      return;
    }
    for (let negative = 0; negative < 2; negative++) {
      const values = lists[negative];
      const name = negative ? "notValues" : "values";
      if (values.length == 0) continue;
      const fault = this.registry.fault(known, false, key, values);
      if (fault.length > 0)
        fields.error(
          name,
          "invalid `" + (negative ? "notValue" : "value") + "` for `key` " + key + ": " + fault,
        );
      else
        clause.conditions.push(
          this.registry.condition(known, values, negative == 1, place + "." + name + " of " + key, namespace),
        );
    }
  }
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
function refuseMixedIdentities(source: Fields, at: string): void {
  if (!source.has("serviceAccounts") && !source.has("notServiceAccounts")) return;
  if (
    source.has("principals") ||
    source.has("notPrincipals") ||
    source.has("namespaces") ||
    source.has("notNamespaces")
  )
    source.error("serviceAccounts", "cannot set serviceAccounts with namespaces or principals" + at);
}
