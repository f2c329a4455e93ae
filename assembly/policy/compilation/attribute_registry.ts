/** All attributes that the rules of a configuration ask for, each once, with the values compared with them. */
import { text } from "../../config/fields";
import { Region } from "../../memory/region";
import { Span, spanIndexOf } from "../../memory/span";
import { SpanList, listItem, listLength } from "../../memory/span_list";
import { ATTRIBUTES, Attribute } from "../attributes/attribute";
import { ConditionKey } from "../rules/condition_key";
import { compilePattern } from "./pattern_compiler";
import { TextNumbers } from "./text_numbers";
import { AttributeModel, Condition, newCondition } from "../rules/policy_model";
import { TrustDomains } from "../rules/trust_domain";
import { valuesFault } from "../values/value_fault";
import { PatternSyntax, ValuePattern } from "../values/value_pattern";

export class AttributeRegistry {
  readonly models: AttributeModel[] = [];
  /** For each model the numbers of its patterns, by what tells them apart. */
  private numbers: TextNumbers[] = [];
  /** The models of attributes without key, by attribute. */
  private keyless: StaticArray<AttributeModel | null> = new StaticArray<AttributeModel | null>(ATTRIBUTES);
  /** Those of the others, by the key's name. */
  private keyed: Map<string, AttributeModel> = new Map<string, AttributeModel>();

  constructor(
    private region: Region,
    private trustDomains: TrustDomains,
    private hasDirectRemoteAddress: bool,
  ) {}

  /** Why a condition can't be: its values, or an attribute that is out of reach; "" if it can. */
  fault(key: ConditionKey, strict: bool, field: string, values: SpanList): string {
    if (key.attribute == Attribute.DirectRemoteAddress && !this.hasDirectRemoteAddress)
      return (
        field +
        " means the TCP peer, which a filter can't see by itself: set directRemoteAddress to the filter-state key that a " +
        "set_filter_state filter fills, or use remoteIpBlocks (remote.ip) for the client's address"
      );
    if (strict && key.syntax == PatternSyntax.PeerTrustDomain) {
      for (let i = 0; i < listLength(values); i++) {
        const value = listItem(values, i);
        if (spanIndexOf(value, 0x2f) >= 0)
          return "trust domain must not contain '/', found in " + field + ': "' + text(value) + '"';
      }
    }
    return valuesFault(key.syntax, field, values);
  }

  /** A condition without faults, whose place is still to be told. `namespace` is the policy's, `field` a constant. */
  condition(
    key: ConditionKey,
    values: SpanList,
    negative: bool,
    field: string,
    namespace: string,
  ): Condition {
    const model = this.model(key);
    if (model.attribute == Attribute.PeerName)
      return this.peerCondition(model, key.syntax, values, negative, field, namespace);
    const condition = newCondition(this.region, model, listLength(values), negative, field);
    for (let i = 0; i < condition.patternCount; i++) {
      const value = listItem(values, i);
      condition.setPattern(i, this.pattern(model, key.syntax, value, value, namespace));
    }
    return condition;
  }

  /** The names of trust domains stand for each other. */
  private peerCondition(
    model: AttributeModel,
    syntax: PatternSyntax,
    values: SpanList,
    negative: bool,
    field: string,
    namespace: string,
  ): Condition {
    let wanted = new Array<string>(listLength(values));
    for (let i = 0; i < wanted.length; i++) wanted[i] = text(listItem(values, i));
    if (syntax == PatternSyntax.PeerPrincipal) wanted = this.trustDomains.withPrincipalAliases(wanted);
    else if (syntax == PatternSyntax.PeerTrustDomain)
      wanted = this.trustDomains.withTrustDomainAliases(wanted);
    // Names of the peer are written in several syntaxes, one of them relative to the policy's namespace.
    const scope = syntax == PatternSyntax.PeerServiceAccount ? namespace : "";
    const prefix = (<i32>syntax).toString() + ":" + scope + ":";
    const condition = newCondition(this.region, model, wanted.length, negative, field);
    for (let i = 0; i < wanted.length; i++) {
      const value = this.region.keepText(wanted[i]);
      const name = this.region.keepText(prefix + wanted[i]);
      condition.setPattern(i, this.pattern(model, syntax, value, name, namespace));
    }
    return condition;
  }

  /**
   * A condition of patterns that are compiled already, whose place is still to be told.
   * @param names a text for each pattern, which no other pattern of the attribute has
   * @param field a constant
   */
  compiled(
    key: ConditionKey,
    names: string[],
    patterns: ValuePattern[],
    negative: bool,
    field: string,
  ): Condition {
    const model = this.model(key);
    const numbers = this.numbers[model.number];
    const condition = newCondition(this.region, model, names.length, negative, field);
    for (let i = 0; i < names.length; i++) {
      const name = this.region.keepText(names[i]);
      const known = numbers.find(name);
      condition.setPattern(i, known >= 0 ? known : this.numbered(model, patterns[i], name));
    }
    return condition;
  }

  private model(key: ConditionKey): AttributeModel {
    if (key.path.length == 0) {
      const known = this.keyless[key.attribute];
      if (known !== null) return known;
      const model = this.added(key);
      this.keyless[key.attribute] = model;
      return model;
    }
    if (this.keyed.has(key.name)) return this.keyed.get(key.name);
    const model = this.added(key);
    this.keyed.set(key.name, model);
    return model;
  }

  private added(key: ConditionKey): AttributeModel {
    const model = new AttributeModel(this.models.length, key.attribute, key.path);
    this.models.push(model);
    this.numbers.push(new TextNumbers());
    return model;
  }

  /** Gives back what only reading needs. */
  release(): void {
    for (let i = 0; i < this.numbers.length; i++) this.numbers[i].release();
  }

  /** The number of a value's pattern. @param name what tells it from all others of the model */
  private pattern(
    model: AttributeModel,
    syntax: PatternSyntax,
    value: Span,
    name: Span,
    namespace: string,
  ): i32 {
    const known = this.numbers[model.number].find(name);
    if (known >= 0) return known;
    const pattern = compilePattern(this.region, syntax, value, namespace);
    pattern.written = this.region.keep(value);
    return this.numbered(model, pattern, name == value ? pattern.written : name);
  }

  /** The number of a further pattern of a model. @param name in the region */
  private numbered(model: AttributeModel, pattern: ValuePattern, name: Span): i32 {
    const number = model.patterns.length;
    model.patterns.push(pattern);
    this.numbers[model.number].add(name, number);
    return number;
  }
}
