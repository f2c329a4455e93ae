/** The tick of a root context. */
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_set_tick_period_milliseconds")
declare function proxy_set_tick_period_milliseconds(period: u32): u32;

/** Calls `onTick` of the current root context every `period` milliseconds; 0 stops it. */
export function setTickPeriod(period: u32): Result {
  return proxy_set_tick_period_milliseconds(period);
}
