/**
 * The debug log is the explanation: one line per step of a request, written only while the host prints level debug.
 *
 *     jwt-policy stream=7 step=token location="header authorization" issuer="https://idp.example.com/" audiences=["a"] alg="RS256" status="OK"
 *
 * Values in double quotes are JSON strings, those in brackets lists of them. No line carries a token, a signature, or a query. Managed strings
 * are fine here: a production log level never gets this far. `jwt-policy explain` reads these lines back (policies/evaluation/parse-step.ts).
 */
import { log, LogLevel, logLevel } from "../../abi/calls/log";
import { Span, spanIsMissing, spanLength } from "../../memory/span";
import {
  appendEscaped,
  appendNumber,
  appendPlain,
  appendQuote,
  appendQuoted,
  appendQuotedBytes,
  clearLine,
  lineBytes,
} from "./trace_line";

/** Items of a list behind this many are counted, not written. */
const MAX_ITEMS = 8;

/** Whether steps are to be written. */
export let tracing: bool = false;
/** Whether every condition of every rule is to be written too: level trace. */
export let tracingConditions: bool = false;

let stream: u32 = 0;

/** Asks the host for its level: at configuration and at every tick, so that a request does not pay for it. */
export function refreshTracing(): void {
  const level = logLevel();
  tracing = level <= LogLevel.Debug;
  tracingConditions = level <= LogLevel.Trace;
}

/** The request that the following steps belong to; 0: none. */
export function traceStream(id: u32): void {
  stream = id;
}

/** Begins a line. */
export function step(name: string): void {
  clearLine();
  appendPlain("jwt-policy");
  if (stream != 0) number("stream", stream);
  word("step", name);
}

function field(name: string): void {
  appendPlain(" ");
  appendPlain(name);
  appendPlain("=");
}

export function word(name: string, value: string): void {
  field(name);
  appendPlain(value);
}

export function number(name: string, value: u64): void {
  field(name);
  appendNumber(value);
}

export function quoted(name: string, value: string): void {
  field(name);
  appendQuoted(value);
}

/** A missing span leaves the value out. */
export function bytes(name: string, value: Span): void {
  if (spanIsMissing(value)) return;
  field(name);
  appendQuotedBytes(value);
}

/** Two values as one: `name="<word><first><between><second>"`, without the last two where the second is empty. */
export function pair(name: string, word: string, first: Span, between: string, second: Span): void {
  field(name);
  appendQuote();
  appendPlain(word);
  appendEscaped(first);
  if (spanLength(second) > 0) {
    appendPlain(between);
    appendEscaped(second);
  }
  appendQuote();
}

export function list(name: string, values: string[]): void {
  field(name);
  appendPlain("[");
  const count = min(values.length, MAX_ITEMS);
  for (let i = 0; i < count; i++) {
    if (i > 0) appendPlain(",");
    appendQuoted(values[i]);
  }
  if (values.length > count) appendPlain(',"… ' + (values.length - count).toString() + ' more"');
  appendPlain("]");
}

/** Writes the line at level debug. */
export function endStep(): void {
  endLine(LogLevel.Debug);
}

export function endLine(level: LogLevel): void {
  log(level, lineBytes());
}
