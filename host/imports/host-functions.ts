/** The form of what a module imports; the type of each function is in module/host-function-types.ts. */

/** i32 parameters arrive as signed numbers, i64 as bigint. */
export type HostFunction = (...values: never[]) => number | undefined;
export type HostFunctions = Readonly<Record<string, HostFunction>>;
