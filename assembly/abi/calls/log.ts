/** Log lines of the host. */
import { Span, spanAddress, spanLength } from "../../memory/span";
import { outNumber } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_log")
declare function proxy_log(level: u32, message: usize, length: usize): u32;

// @ts-ignore: decorator
@external("env", "proxy_get_log_level")
declare function proxy_get_log_level(level: usize): u32;

export const enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
}

export function log(level: LogLevel, message: Span): Result {
  return proxy_log(level, spanAddress(message), <usize>spanLength(message));
}

/** The level that the host prints at this moment; Trace if it does not say, so that nothing is lost. */
export function logLevel(): LogLevel {
  store<u32>(outNumber, LogLevel.Trace);
  return proxy_get_log_level(outNumber) == Result.Ok ? load<u32>(outNumber) : LogLevel.Trace;
}
