/** Reads the `claims` of a rule of `extensions.claimPolicies` (docs/extensions.md) into conditions as Istio's rules have them. */
import { JsonDocument, JsonKind, JsonNode } from "../../claims/json";
import { GREATEST_WHOLE } from "../../claims/number";
import { Fields, text } from "../../config/fields";
import { boundedTexts } from "../../config/bounded_lists";
import { Region } from "../../memory/region";
import { utf8 } from "../../memory/persistent";
import { NO_SPAN, Span, span, spanLength } from "../../memory/span";
import { SpanList, setListItem, spanList } from "../../memory/span_list";
import { Attribute } from "../attributes/attribute";
import { ConditionKey } from "../rules/condition_key";
import { Clause, Part } from "../rules/policy_model";
import { ComparandKind } from "../values/comparand";
import { ClaimTest, TypedTest, putText, typedNumber } from "../values/typed_value";
import { ValueCheck } from "../values/value_check";
import { PatternForm, PatternSyntax, ValuePattern, newPattern } from "../values/value_pattern";
import { AttributeRegistry } from "./attribute_registry";
import { Comparands } from "./comparands";

/** By ClaimTest; behind them the comparands by their kind. */
const TESTS: string[] = [
  "lessThan",
  "atMost",
  "moreThan",
  "atLeast",
  "equals",
  "present",
  "equalsHeader",
  "equalsSegment",
  "equalsPath",
];
const FIRST_COMPARAND = 6;
const NOT_TESTS: string[] = [
  "notLessThan",
  "notAtMost",
  "notMoreThan",
  "notAtLeast",
  "notEquals",
  "notPresent",
  "notEqualsHeader",
  "notEqualsSegment",
  "notEqualsPath",
];
const NO_TEST =
  "must have one of lessThan, atMost, moreThan, atLeast, equals, present, equalsHeader, equalsSegment and equalsPath";
const SIGNS: string[] = ["< ", "<= ", "> ", ">= ", "", "any"];
const MAX_VALUES: u32 = 64;
const ANY = utf8("");

export class ClaimConditions {
  constructor(
    private readonly region: Region,
    private readonly registry: AttributeRegistry,
    private readonly comparands: Comparands,
  ) {}

  /** Adds element number `index` of `claims` to the conditions of a rule. Faults go to the errors of `fields`. */
  read(fields: Fields, index: i32, clause: Clause): void {
    const path = boundedTexts(fields, "claim");
    if (path.length == 0 || path.includes(""))
      fields.error("claim", "must be a list of names, none of them empty");
    const isEvery = fields.boolean("every", false);
    let negative = fields.boolean("not", false);
    if (isEvery && negative) fields.error("not", "excludes every");
    const test = soleTest(fields);
    fields.close();
    if (test < 0) return fields.errors.add(fields.path, NO_TEST);
    const faults = fields.errors.messages.length;
    const compiled = this.newTest(test < FIRST_COMPARAND ? <ClaimTest>test : ClaimTest.Request);
    const values: Span[] = [];
    const names: string[] = [];
    const shown: string[] = [];
    if (test == ClaimTest.Present) {
      if (!fields.boolean(TESTS[test], true)) negative = !negative;
      if (isEvery) fields.error("every", "excludes present");
      shown.push(SIGNS[test]);
    } else if (test == ClaimTest.Equal) {
      this.readEquals(fields, values, names, shown);
    } else if (test >= FIRST_COMPARAND) {
      compiled.comparand = this.comparands.read(fields, TESTS[test], <ComparandKind>(test - FIRST_COMPARAND));
      if (changetype<usize>(compiled.comparand) != 0) shown.push(text(compiled.comparand.written));
    } else {
      const node = fields.value(TESTS[test]);
      if (isComparable(fields, TESTS[test], node)) compiled.number = fields.document.number(node);
      shown.push(SIGNS[test] + literal(fields.document, node));
    }
    if (fields.errors.messages.length > faults || path.length == 0) return;
    if (names.length == 0) names.push(shown[0]);
    const key = new ConditionKey(Attribute.TypedClaim, PatternSyntax.Text, path);
    compiled.values = this.keep(values);
    if (isEvery) {
      compiled.isInverse = true;
      this.add(
        clause,
        key,
        index,
        "notOther",
        ["!" + names.join("")],
        [this.tested(compiled)],
        ["other than " + shown.join(", ")],
      );
      const some = this.tested(this.newTest(ClaimTest.Some));
      this.add(clause, key, index, "every", ["*"], [some], ["any"]);
      return;
    }
    const patterns: ValuePattern[] = [];
    for (let i = 0; i < values.length; i++)
      patterns.push(newPattern(this.region, PatternForm.Exact, values[i]));
    if (test != ClaimTest.Equal) patterns.push(this.tested(compiled));
    this.add(clause, key, index, negative ? NOT_TESTS[test] : TESTS[test], names, patterns, shown);
  }

  /** The values of `equals`: as they are compared, by what tells them apart, and as they are shown. */
  private readEquals(fields: Fields, values: Span[], names: string[], shown: string[]): void {
    const document = fields.document;
    const field = TESTS[ClaimTest.Equal];
    const node = fields.value(field);
    if (document.kind(node) != JsonKind.Array || document.size(node) == 0 || document.size(node) > MAX_VALUES)
      return fields.error(field, "must be a list of 1 to 64 strings, numbers and booleans");
    const end = document.next(node);
    for (let child = node + 1; child < end; child = document.next(child)) {
      values.push(this.wanted(fields, field + "[" + shown.length.toString() + "]", child));
      const value = literal(document, child);
      shown.push(value);
      // Lengths keep values apart, whatever stands in them.
      names.push("=" + value.length.toString() + ":" + value);
    }
  }

  /**
   * @param field where the condition stands, a constant; negative if it begins with `not`
   * @param shown what an explanation says that the patterns want, one for each
   */
  private add(
    clause: Clause,
    key: ConditionKey,
    index: i32,
    field: string,
    names: string[],
    patterns: ValuePattern[],
    shown: string[],
  ): void {
    for (let i = 0; i < patterns.length; i++) patterns[i].written = this.region.keepText(shown[i]);
    const condition = this.registry.compiled(key, names, patterns, field.startsWith("not"), field);
    condition.part = Part.Claims;
    condition.index = index;
    condition.key = this.region.keepText("request.auth.claims[" + key.path.join("][") + "]");
    clause.add(condition);
  }

  private tested(test: TypedTest): ValuePattern {
    return newPattern(this.region, PatternForm.Prefix, ANY, ValueCheck.Typed, changetype<usize>(test));
  }

  private newTest(test: ClaimTest): TypedTest {
    const compiled = changetype<TypedTest>(this.region.allocate(offsetof<TypedTest>()));
    compiled.test = test;
    return compiled;
  }

  /** One of the values of `equals`, as typedValue makes it of a token's; NO_SPAN with a fault. */
  private wanted(fields: Fields, place: string, node: JsonNode): Span {
    const document = fields.document;
    const kind = document.kind(node);
    if (kind == JsonKind.String) {
      const value = document.text(node);
      return putText(this.region.allocate(<usize>spanLength(value) + 1), value);
    }
    if (kind == JsonKind.True || kind == JsonKind.False) {
      const address = this.region.allocate(1);
      store<u8>(address, <u8>kind);
      return span(address, 1);
    }
    if (kind != JsonKind.Number) {
      fields.error(place, "must be a string, a number or a boolean");
      return NO_SPAN;
    }
    if (!isComparable(fields, place, node)) return NO_SPAN;
    return typedNumber(document.number(node), this.region.allocate(9));
  }

  private keep(values: Span[]): SpanList {
    const list = spanList(this.region.allocate((<usize>values.length) << 3), values.length);
    for (let i = 0; i < values.length; i++) setListItem(list, i, values[i]);
    return list;
  }
}

/** The one test that is there; -1 if there is none or more than one. */
function soleTest(fields: Fields): i32 {
  let last = -1;
  let count = 0;
  // All are asked for: `close` says which fields nobody knows.
  for (let i = 0; i < TESTS.length; i++) {
    if (!fields.has(TESTS[i])) continue;
    last = i;
    count++;
  }
  return count == 1 ? last : -1;
}

function isComparable(fields: Fields, place: string, node: JsonNode): bool {
  // NaN for what is no number.
  const value = fields.document.number(node);
  if (value >= -GREATEST_WHOLE && value <= GREATEST_WHOLE) return true;
  fields.error(place, "must be a number from -9007199254740991 to 9007199254740991");
  return false;
}

/** As it is written; texts in quotes. */
function literal(document: JsonDocument, node: JsonNode): string {
  const kind = document.kind(node);
  if (kind == JsonKind.String) return '"' + text(document.text(node)) + '"';
  return kind == JsonKind.Number ? text(document.text(node)) : kind == JsonKind.True ? "true" : "false";
}
