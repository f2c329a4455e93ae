// The wish of a user to end what runs.

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface StopSignal {
  /** Aborted by Ctrl-C, SIGTERM, or the end of the terminal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to whoever had them before. */
  release(): void;
}

/** Takes the signals that end a process. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, abort);
    },
  };
}
