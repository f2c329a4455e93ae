/** All jwtRules of a configuration in native's order, and the index by which an issuer picks its rules. */
import { hashBytes } from "../../memory/hash";
import { Span, spanEquals, spanLength } from "../../memory/span";
import { LocationKind } from "../../token/location";
import { JwtRule } from "./jwt_rule";
import { KeyEndpoint } from "../endpoints/key_endpoint";

const NO_RULE: i32 = -1;

export class JwtRules {
  /** Names of all headers that any rule writes: a client's own copies never reach the upstream. */
  readonly outputHeaders: StaticArray<Span>;
  /** Names of all query parameters that may carry tokens. */
  readonly tokenParameters: StaticArray<Span>;
  /**
   * Whether all rules look for tokens in the same places, and none of them writes a header that is such a place. Then one look finds
   * the tokens of all rules, and only those rules need a closer look whose issuer is the token's.
   */
  readonly uniform: bool;
  /** Whether a rule requires its token: then every rule must be satisfied, and no other rule's token stands in for it. */
  readonly anyRequired: bool;
  /** Whether a rule's issuer has a place for the tenant: such a rule is found by trying it. */
  anyTenants: bool = false;

  /** Hash table over issuers: index of the first rule of an issuer, NO_RULE for a free slot. */
  private readonly slots: StaticArray<i32>;
  /** Per rule: the next rule of the same issuer, or NO_RULE. */
  private readonly nextOfIssuer: StaticArray<i32>;
  /** The first rule that accepts any issuer, or NO_RULE; the others follow in `nextOfIssuer`. */
  private readonly firstOfAny: i32;

  constructor(
    /** Sorted by issuer, stable, as Istio sorts them. */
    readonly rules: StaticArray<JwtRule>,
    readonly endpoints: StaticArray<KeyEndpoint>,
  ) {
    const count = rules.length;
    const headers: Span[] = [];
    const parameters: Span[] = [];
    let anyRequired = false;
    for (let i = 0; i < count; i++) {
      if (rules[i].isRequired) anyRequired = true;
      collectOutputHeaders(rules[i], headers);
      collectParameters(rules[i], parameters);
    }
    this.outputHeaders = StaticArray.fromArray(headers);
    this.tokenParameters = StaticArray.fromArray(parameters);
    this.uniform = isUniform(rules, headers);
    this.anyRequired = anyRequired;

    let size = 4;
    while (size < count * 2) size *= 2;
    this.slots = new StaticArray<i32>(size).fill(NO_RULE);
    this.nextOfIssuer = new StaticArray<i32>(count).fill(NO_RULE);
    let firstOfAny = NO_RULE;
    for (let i = count - 1; i >= 0; i--) {
      if (spanLength(rules[i].issuer) == 0) {
        this.nextOfIssuer[i] = firstOfAny;
        firstOfAny = i;
        continue;
      }
      const slot = this.slotOf(rules[i].issuer);
      this.nextOfIssuer[i] = this.slots[slot];
      this.slots[slot] = i;
    }
    this.firstOfAny = firstOfAny;
  }

  /** Whether any rule writes a header of this (lower-case) name. */
  writes(header: Span): bool {
    for (let i = 0; i < this.outputHeaders.length; i++) {
      if (spanEquals(unchecked(this.outputHeaders[i]), header)) return true;
    }
    return false;
  }

  private slotOf(issuer: Span): i32 {
    const mask = this.slots.length - 1;
    let slot = hashBytes(issuer) & mask;
    while (unchecked(this.slots[slot]) != NO_RULE) {
      if (spanEquals(unchecked(this.rules[unchecked(this.slots[slot])]).issuer, issuer)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The first rule at or behind `from` that accepts this issuer, or -1. */
  nextRule(issuer: Span, from: i32): i32 {
    let named = unchecked(this.slots[this.slotOf(issuer)]);
    while (named != NO_RULE && named < from) named = unchecked(this.nextOfIssuer[named]);
    let any = this.firstOfAny;
    while (any != NO_RULE && any < from) any = unchecked(this.nextOfIssuer[any]);
    const found = named == NO_RULE ? any : any == NO_RULE ? named : min(named, any);
    return this.anyTenants ? this.nextWithTenants(issuer, from, found) : found;
  }

  /** The first rule with a place for the tenant, at or behind `from`, that accepts this issuer; `found` if there is none before that. */
  private nextWithTenants(issuer: Span, from: i32, found: i32): i32 {
    const end = found == NO_RULE ? this.rules.length : found;
    for (let i = from; i < end; i++) {
      const rule = unchecked(this.rules[i]);
      if (rule.tenants !== null && rule.acceptsIssuer(issuer)) return i;
    }
    return found;
  }
}

function collectOutputHeaders(rule: JwtRule, headers: Span[]): void {
  if (spanLength(rule.payloadHeader) > 0) addOnce(headers, rule.payloadHeader);
  for (let i = 0; i < rule.claimHeaders.length; i++) addOnce(headers, rule.claimHeaders[i].header);
}

function collectParameters(rule: JwtRule, parameters: Span[]): void {
  for (let i = 0; i < rule.locations.length; i++) {
    if (rule.locations[i].kind == LocationKind.Parameter) addOnce(parameters, rule.locations[i].name);
  }
}

function addOnce(headers: Span[], name: Span): void {
  for (let i = 0; i < headers.length; i++) {
    if (spanEquals(headers[i], name)) return;
  }
  headers.push(name);
}

function isUniform(rules: StaticArray<JwtRule>, outputHeaders: Span[]): bool {
  for (let i = 0; i < rules.length; i++) {
    if (i > 0 && !rules[i].sharesLocations(rules[0])) return false;
    for (let j = 0; j < outputHeaders.length; j++) {
      if (rules[i].readsHeader(outputHeaders[j])) return false;
    }
  }
  return true;
}
