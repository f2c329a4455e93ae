// A gate for tests: what waits for it goes on when the test opens it.

export interface Gate {
  /** Resolves when the gate is opened. */
  passed: Promise<void>;
  open(): void;
}

/** A closed gate. */
export function gate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
