/** The host's wall clock. */
import { outNumber } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_get_current_time_nanoseconds")
declare function proxy_get_current_time_nanoseconds(time: usize): u32;

/** Nanoseconds since 1970; 0 if the host has no clock. */
export function currentTimeNanoseconds(): u64 {
  return proxy_get_current_time_nanoseconds(outNumber) == Result.Ok ? load<u64>(outNumber) : 0;
}
