// Waiting for a condition, with a deadline: nothing in the scripts and tests sleeps for luck.

/** How often a condition is looked at, in milliseconds. */
const INTERVAL = 20;

/**
 * Calls `condition` until it gives something other than undefined or false, and resolves to that. Rejects when
 * `deadline` milliseconds have passed (the message names `what`), or as soon as the condition itself rejects.
 */
export async function waitFor<T>(
  what: string,
  deadline: number,
  condition: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (Date.now() >= end) throw new Error(`Waited ${deadline} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
