/** Data that all VMs of one vm_id share: the workers of an Envoy, and its main thread. */
import { NO_SPAN, Span, spanAddress, spanLength } from "../../memory/span";
import { clearOut, outAddress, outLength, outNumber, takeOut } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_get_shared_data")
declare function proxy_get_shared_data(
  key: usize,
  keyLength: usize,
  address: usize,
  size: usize,
  cas: usize,
): u32;

// @ts-ignore: decorator
@external("env", "proxy_set_shared_data")
declare function proxy_set_shared_data(
  key: usize,
  keyLength: usize,
  value: usize,
  valueLength: usize,
  cas: u32,
): u32;

/** After `sharedData`: the version of what was read, for `setSharedData`; 0 if there is nothing yet. */
export let sharedVersion: u32 = 0;

/** The value of a key, in the arena; NO_SPAN if there is none. */
export function sharedData(key: Span): Span {
  clearOut();
  store<u32>(outNumber, 0);
  sharedVersion = 0;
  const result: Result = proxy_get_shared_data(
    spanAddress(key),
    <usize>spanLength(key),
    outAddress,
    outLength,
    outNumber,
  );
  if (result != Result.Ok) return NO_SPAN;
  sharedVersion = load<u32>(outNumber);
  return takeOut();
}

/**
 * Sets a key. With a `version` other than 0 only if nobody has set it since that version was read (CasMismatch otherwise); with 0 whatever is
 * there: the ABI has no "only if absent".
 */
export function setSharedData(key: Span, value: Span, version: u32): Result {
  return proxy_set_shared_data(
    spanAddress(key),
    <usize>spanLength(key),
    spanAddress(value),
    <usize>spanLength(value),
    version,
  );
}
