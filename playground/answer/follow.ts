// Asking again whenever something changes: not at every keystroke, one at a time, and never showing what is no longer asked.

/** What is asked is another by now. */
class OutdatedError extends Error {
  override readonly name = "OutdatedError";
}

export class Follower<T> {
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param ask about what there is at the moment that it is called; it tells what it knows so far as it comes to know it, and returns all
   * @param show what is known of what there is still, and whether that is all
   * @param fail what was thrown in place of it
   * @param pause in milliseconds: so long nothing must change
   */
  constructor(
    private readonly ask: (tell: (part: T) => Promise<void>) => Promise<T>,
    private readonly show: (part: T, isAll: boolean) => void,
    private readonly fail: (error: unknown) => void,
    private readonly pause: number,
  ) {}

  /** Something has changed: answers to what was asked before are for nothing. */
  changed(pause = this.pause): void {
    const turn = ++this.asked;
    clearTimeout(this.timer);
    const ask = () => {
      this.running = this.running.then(() => this.answer(turn));
    };
    if (pause === 0) ask();
    else this.timer = setTimeout(ask, pause);
  }

  private async answer(turn: number): Promise<void> {
    if (turn !== this.asked) return;
    try {
      const all = await this.ask(async (part) => {
        this.stillAsked(turn);
        this.show(part, false);
        await painted();
        this.stillAsked(turn);
      });
      this.stillAsked(turn);
      this.show(all, true);
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }

  private stillAsked(turn: number): void {
    if (turn !== this.asked) throw new OutdatedError();
  }
}

/** What waits has its turn: the picture, and keystrokes. */
const painted = () => new Promise<void>((resolve) => setTimeout(resolve));
