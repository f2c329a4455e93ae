/** Foreign functions: what a host offers beyond the ABI. */
import { Span, spanAddress, spanLength } from "../../memory/span";
import { clearOut, outAddress, outLength, takeOut } from "../layout/out";
import { Result } from "../layout/result";

// @ts-ignore: decorator
@external("env", "proxy_call_foreign_function")
declare function proxy_call_foreign_function(
  name: usize,
  nameLength: usize,
  argument: usize,
  argumentLength: usize,
  address: usize,
  size: usize,
): u32;

/** After `callForeignFunction` gave Ok: its answer. */
export let foreignAnswer: Span = 0;

/** Calls a function of the host by name; NotFound if the host has none of that name. */
export function callForeignFunction(name: Span, argument: Span): Result {
  clearOut();
  const result: Result = proxy_call_foreign_function(
    spanAddress(name),
    <usize>spanLength(name),
    spanAddress(argument),
    <usize>spanLength(argument),
    outAddress,
    outLength,
  );
  foreignAnswer = result == Result.Ok ? takeOut() : 0;
  return result;
}
