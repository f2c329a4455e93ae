/**
 * The debug log is the explanation: one line per step of a request, written only while the host prints level debug.
 *
 *     jwt-policy stream=7 step=token location="header authorization" issuer="https://idp.example.com/" alg="RS256" kid="k1" status="OK"
 *
 * Values in double quotes are JSON strings. No line carries a token, a signature, or a query. Managed strings are fine here: a production
 * log level never gets this far.
 */
import { log, LogLevel, logLevel } from "../abi/log";
import { releaseSpan, utf8 } from "../memory/persistent";
import { Span, spanIsMissing, spanLength, subspan } from "../memory/span";
import { text } from "../config/fields";

/** Longer values are cut, in bytes. */
const MAX_VALUE: u32 = 200;

/** Whether steps are to be written. */
export let tracing: bool = false;

let stream: u32 = 0;
let line: string = "";

/** Asks the host for its level: at configuration and at every tick, so that a request does not pay for it. */
export function refreshTracing(): void {
  tracing = logLevel() <= LogLevel.Debug;
}

/** The request that the following steps belong to; 0: none. */
export function traceStream(id: u32): void {
  stream = id;
}

/** Begins a line. */
export function step(name: string): void {
  line = "jwt-policy" + (stream != 0 ? " stream=" + stream.toString() : "") + " step=" + name;
}

export function word(name: string, value: string): void {
  line += " " + name + "=" + value;
}

export function quoted(name: string, value: string): void {
  line += " " + name + '="' + escape(value) + '"';
}

/** A missing span leaves the value out. */
export function bytes(name: string, value: Span): void {
  if (spanIsMissing(value)) return;
  const cut = spanLength(value) > MAX_VALUE;
  quoted(name, text(subspan(value, 0, MAX_VALUE)) + (cut ? "…" : ""));
}

/** Writes the line at level debug. */
export function endStep(): void {
  endLine(LogLevel.Debug);
}

export function endLine(level: LogLevel): void {
  const message = utf8(line);
  log(level, message);
  releaseSpan(message);
  line = "";
}

function escape(value: string): string {
  let escaped = "";
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c == 0x22 || c == 0x5c) escaped += "\\" + value.charAt(i);
    else if (c < 0x20 || c == 0x7f) escaped += "\\u00" + (c < 0x10 ? "0" : "") + c.toString(16);
    else escaped += value.charAt(i);
  }
  return escaped;
}
