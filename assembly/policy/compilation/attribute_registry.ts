/** All attributes that the rules of a configuration ask for, each once, with the values compared with them. */
import { Region } from "../../memory/region";
import { Attribute } from "../attributes/attribute";
import { ConditionKey } from "../rules/condition_key";
import { compilePattern } from "./pattern_compiler";
import { AttributeModel, Condition, ConditionPlace } from "../rules/policy_model";
import { TrustDomains } from "../rules/trust_domain";
import { valuesFault } from "../values/value_fault";
import { PatternSyntax } from "../values/value_pattern";

export class AttributeRegistry {
  readonly models: AttributeModel[] = [];
  private numbers: Map<string, i32> = new Map<string, i32>();

  constructor(
    private region: Region,
    private trustDomains: TrustDomains,
    private hasDirectRemoteAddress: bool,
  ) {}

  /** Why a condition can't be: its values, or an attribute that is out of reach; "" if it can. */
  fault(key: ConditionKey, strict: bool, field: string, values: string[]): string {
    if (key.attribute == Attribute.DirectRemoteAddress && !this.hasDirectRemoteAddress)
      return (
        field +
        " means the TCP peer, which a filter can't see by itself: set directRemoteAddress to the filter-state key that a " +
        "set_filter_state filter fills, or use remoteIpBlocks (remote.ip) for the client's address"
      );
    if (strict && key.syntax == PatternSyntax.PeerTrustDomain) {
      for (let i = 0; i < values.length; i++) {
        if (values[i].includes("/"))
          return "trust domain must not contain '/', found in " + field + ': "' + values[i] + '"';
      }
    }
    return valuesFault(key.syntax, field, values);
  }

  /** A condition without faults. `namespace` is the policy's. */
  condition(
    key: ConditionKey,
    values: string[],
    negative: bool,
    place: ConditionPlace,
    namespace: string,
  ): Condition {
    const model = this.model(key);
    let wanted = values;
    if (key.syntax == PatternSyntax.PeerPrincipal) wanted = this.trustDomains.withPrincipalAliases(values);
    else if (key.syntax == PatternSyntax.PeerTrustDomain)
      wanted = this.trustDomains.withTrustDomainAliases(values);
    const patterns = new Array<i32>(wanted.length);
    for (let i = 0; i < wanted.length; i++)
      patterns[i] = this.pattern(model, key.syntax, wanted[i], namespace);
    return new Condition(model, patterns, negative, place, wanted);
  }

  private model(key: ConditionKey): AttributeModel {
    if (this.numbers.has(key.name)) return this.models[this.numbers.get(key.name)];
    const model = new AttributeModel(key.attribute, key.path);
    this.numbers.set(key.name, this.models.length);
    this.models.push(model);
    return model;
  }

  private pattern(model: AttributeModel, syntax: PatternSyntax, value: string, namespace: string): i32 {
    let name = value;
    // Names of the peer alone are written in several syntaxes, one of them relative to the policy's namespace.
    if (model.attribute == Attribute.PeerName) {
      const scope = syntax == PatternSyntax.PeerServiceAccount ? namespace : "";
      name = (<i32>syntax).toString() + ":" + scope + ":" + value;
    }
    if (model.numbers.has(name)) return model.numbers.get(name);
    const number = model.patterns.length;
    model.patterns.push(compilePattern(this.region, syntax, value, namespace));
    model.numbers.set(name, number);
    return number;
  }
}
