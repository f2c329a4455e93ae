// Calls of functions in another process, over the channel that Node gives to child processes.

import type { ChildProcess } from "node:child_process";

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Reply = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** Functions that a process offers; what goes in and out must survive JSON. */
export type Offered = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The same functions as their caller sees them. */
export type Calls<T extends Offered> = {
  readonly [K in keyof T]: (...args: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>>;
};

/** In the child: answers calls until the parent is gone, and ends then. */
export function offer(functions: Offered): void {
  process.on("message", (message) => {
    const { id, name, args } = message as Call;
    const call = functions[name] as (...args: readonly unknown[]) => unknown;
    Promise.resolve()
      .then(() => call(...args))
      .then(
        (value): Reply => ({ id, value }),
        (error: unknown): Reply => ({ id, error: error instanceof Error ? error.message : String(error) }),
      )
      .then((reply) => process.send?.(reply))
      .catch(() => process.exit(1));
  });
  process.once("disconnect", () => process.exit(0));
}

/** In the parent: the child's functions. A call rejects when the child has ended, or ends before its answer. */
export function callsOf<T extends Offered>(child: ChildProcess, what: string): Calls<T> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  const gone = () => new Error(`${what} has ended.`);
  child.on("message", (message) => {
    const { id, value, error } = message as Reply;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(`${what}: ${error}`));
  });
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(gone());
    waiting.clear();
  });
  return new Proxy({} as Calls<T>, {
    get: (_, name) =>
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: unknown[]) =>
            new Promise((resolve, reject) => {
              if (!child.connected) {
                reject(gone());
                return;
              }
              const id = ++last;
              waiting.set(id, { resolve, reject });
              child.send({ id, name, args } satisfies Call, (error) => {
                if (error !== null) reject(error);
              });
            }),
  });
}
