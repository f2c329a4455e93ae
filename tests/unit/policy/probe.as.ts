/**
 * The policy engine for tests in TypeScript (engine.ts): takes a configuration, then requests, both as JSON, and answers in JSON what
 * the engine decides and what the explanation says. Not a spec: it stands apart from those that unit.test.ts runs.
 */
import { JsonDocument, JsonError, JsonNode, NO_NODE, ROOT, parseJson } from "../../../assembly/claims/json";
import { ConfigErrors } from "../../../assembly/config/config_errors";
import { Fields, rootFields, text } from "../../../assembly/config/fields";
import { allocate, copyToArena, enterCallback, leaveCallback } from "../../../assembly/memory/arena";
import { NO_SPAN, Span, span, spanAddress, spanLength } from "../../../assembly/memory/span";
import { compilePolicies } from "../../../assembly/policy/compilation/compile";
import {
  auditRule,
  decide,
  dryRunAllowRule,
  dryRunDenyRule,
  evaluateClaims,
  matchedRule,
} from "../../../assembly/policy/evaluation/evaluate";
import { explainRule } from "../../../assembly/policy/evaluation/explain";
import { PolicyOptions } from "../../../assembly/policy/rules/policy_options";
import { PolicySet } from "../../../assembly/policy/tables/policy_set";
import {
  RequestAttributes,
  requestAttributesAt,
} from "../../../assembly/policy/attributes/request_attributes";
import { HeaderList, HeaderState } from "../../../assembly/request/header_list";

let set: PolicySet | null = null;
let input: usize = 0;

/** Room for the next JSON text of `size` bytes. */
export function room(size: u32): usize {
  if (input != 0) heap.free(input);
  input = heap.alloc(<usize>max<u32>(size, 1));
  return input;
}

/** Compiles the configuration in the room: "" if it is good, else its errors, a line each. */
export function configure(size: u32): string {
  enterCallback();
  const messages = compile(span(input, size));
  leaveCallback();
  return messages;
}

function compile(source: Span): string {
  if (set != null) (<PolicySet>set).release();
  set = null;
  const document = parseJson(source);
  if (document.error != JsonError.None) return "no JSON";
  const errors = new ConfigErrors();
  const root = rootFields(document, errors);
  const trustDomain = root.string("trustDomain");
  const options = new PolicyOptions(
    trustDomain.length > 0 ? trustDomain : "cluster.local",
    root.strings("trustDomainAliases"),
    root.string("directRemoteAddress").length > 0,
  );
  set = compilePolicies(root, options, errors);
  return errors.messages.join("\n");
}

/** Asks for the request in the room. */
export function ask(size: u32): string {
  enterCallback();
  const answer = answerTo(parseJson(span(input, size)));
  leaveCallback();
  return answer;
}

/** So many decisions are made in one callback of `askOften`: few enough that the arena keeps what it has. */
const BATCH: u32 = 50;

/** Asks for the request in the room `times` times, for measurements; answers how often it was allowed. */
export function askOften(size: u32, times: u32, keepClaims: bool): u32 {
  const policies = set;
  if (policies == null) return 0;
  let allowed: u32 = 0;
  for (let done: u32 = 0; done < times; done += BATCH) {
    enterCallback();
    // Reading unescapes in place, so it is a copy that is read.
    const attributes = requestOf(parseJson(copyToArena(span(input, size))));
    const kept = evaluateClaims(policies, attributes);
    for (let i: u32 = 0; i < BATCH; i++) {
      if (decide(policies, keepClaims ? kept : evaluateClaims(policies, attributes), attributes)) allowed++;
    }
    leaveCallback();
  }
  return allowed;
}

function answerTo(request: JsonDocument): string {
  const policies = set;
  if (policies == null || request.error != JsonError.None) return "";
  const attributes = requestOf(request);
  const allowed = decide(policies, evaluateClaims(policies, attributes), attributes);
  let answer = '{"allowed":' + (allowed ? "true" : "false");
  answer += ',"matched":' + ruleName(policies, matchedRule);
  answer += ',"audit":' + ruleName(policies, auditRule);
  answer += ',"dryRunDeny":' + ruleName(policies, dryRunDenyRule);
  answer += ',"dryRunAllow":' + ruleName(policies, dryRunAllowRule);
  answer += ',"rules":{';
  for (let i = 0; i < policies.rules.length; i++) {
    const explanation = explainRule(policies, i, attributes);
    const why = explanation.matches ? "" : explanation.place;
    answer += (i > 0 ? "," : "") + quoted(policies.rules[i].name) + ":" + quoted(why);
  }
  return answer + "}}";
}

function ruleName(policies: PolicySet, rule: i32): string {
  return rule < 0 ? "null" : quoted(text(policies.ruleName(rule)));
}

function quoted(text: string): string {
  return '"' + text.replaceAll("\\", "\\\\").replaceAll('"', '\\"') + '"';
}

function requestOf(document: JsonDocument): RequestAttributes {
  const attributes = requestAttributesAt(allocate(offsetof<RequestAttributes>()));
  const requestErrors = new ConfigErrors();
  const request = rootFields(document, requestErrors);
  attributes.headers = headersOf(document, request.value("headers"));
  const claims = request.value("claims");
  if (claims != NO_NODE) attributes.claims = parseJson(document.text(claims));
  const words = request.value("spaceDelimitedClaims");
  attributes.spaceDelimitedClaims = listOf(document, words);
  attributes.spaceDelimitedClaimCount = document.size(words);
  attributes.destinationPort = <i32>request.integer("destinationPort", -1, 0, 65535);
  attributes.destinationAddress = document.text(request.value("destinationAddress"));
  attributes.remoteAddress = document.text(request.value("remoteAddress"));
  attributes.directRemoteAddress = document.text(request.value("directRemoteAddress"));
  attributes.serverName = document.text(request.value("serverName"));
  const names = request.value("peerNames");
  attributes.peerNames = listOf(document, names);
  attributes.peerNameCount = document.size(names);
  attributes.dynamicMetadata = bytesOf(document.text(request.value("dynamicMetadata")));
  return attributes;
}

/** The strings of a list as spans in a row. */
function listOf(document: JsonDocument, list: JsonNode): usize {
  const address = allocate((<usize>document.size(list)) << 3);
  let at = address;
  const end = document.next(list);
  for (let node = list + 1; node < end; node = document.next(node), at += 8)
    store<u64>(at, document.text(node));
  return address;
}

/** Headers are a list of [name, value in hexadecimal]. */
function headersOf(document: JsonDocument, list: JsonNode): HeaderList {
  const headers = changetype<HeaderList>(allocate(offsetof<HeaderList>()));
  headers.count = 0;
  headers.capacity = document.size(list);
  headers.entries = allocate(<usize>headers.capacity * 24);
  headers.changed = false;
  headers.buckets = 0;
  const end = document.next(list);
  for (let pair = list + 1; pair < end; pair = document.next(pair)) {
    const at = headers.entries + <usize>headers.count * 24;
    headers.count++;
    store<u64>(at, document.text(pair + 1));
    store<u64>(at, bytesOf(document.text(pair + 2)), 8);
    store<u32>(at, HeaderState.Original, 16);
  }
  return headers;
}

function bytesOf(hex: Span): Span {
  if (hex == NO_SPAN) return NO_SPAN;
  const length = spanLength(hex) >> 1;
  const address = allocate(<usize>length);
  for (let i: usize = 0; i < <usize>length; i++) {
    const high = load<u8>(spanAddress(hex) + (i << 1));
    const low = load<u8>(spanAddress(hex) + (i << 1) + 1);
    store<u8>(address + i, <u8>((digit(high) << 4) | digit(low)));
  }
  return span(address, length);
}

function digit(byte: u8): u32 {
  return byte < 0x3a ? <u32>byte - 0x30 : <u32>(byte | 0x20) - 0x57;
}
