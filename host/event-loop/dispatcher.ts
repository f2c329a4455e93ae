/**
 * The event loop of one Envoy worker thread, as far as a filter can tell: what happens while the guest runs is done after the guest has
 * returned. Synchronous, so that a test sees the end of everything it started.
 */
export class Dispatcher {
  private depth = 0;
  private readonly tasks: (() => void)[] = [];

  /** Runs `work`; tasks posted meanwhile follow it, in order, when the outermost `run` ends. */
  run<T>(work: () => T): T {
    this.depth++;
    try {
      return work();
    } finally {
      if (this.depth === 1) this.drain();
      this.depth--;
    }
  }

  /** Runs `task` at once if nothing is running, else when the outermost `run` ends. */
  post(task: () => void): void {
    if (this.depth === 0) this.run(task);
    else this.tasks.push(task);
  }

  private drain(): void {
    for (let task = this.tasks.shift(); task !== undefined; task = this.tasks.shift()) task();
  }
}
