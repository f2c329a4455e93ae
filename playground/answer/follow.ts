// Asking again whenever something changes: not at every keystroke, one at a time, and never showing what is no longer asked.

/** What is asked is another by now. */
class OutdatedError extends Error {
  override readonly name = "OutdatedError";
}

/** However long the last answer took, the next one waits no longer than this, in milliseconds. */
const LONGEST_PAUSE = 1500;

export class Follower<T> {
  private asked = 0;
  /** How long the last answer took, in milliseconds. */
  private took = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param ask about what there is at the moment that it is called; it tells what it knows so far as it comes to know it, and returns all
   * @param show what is known of what there is still, and whether that is all
   * @param fail what was thrown in place of it
   * @param pause in milliseconds: so long nothing must change, or as long as the last answer took where that is more. Of a thousand policies one takes
   *   half a second, in which no keystroke would be seen
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
    else this.timer = setTimeout(ask, Math.min(Math.max(pause, this.took), LONGEST_PAUSE));
  }

  private async answer(turn: number): Promise<void> {
    if (turn !== this.asked) return;
    const began = performance.now();
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
    } finally {
      this.took = performance.now() - began;
    }
  }

  private stillAsked(turn: number): void {
    if (turn !== this.asked) throw new OutdatedError();
  }
}

/** What waits has its turn: the picture, and keystrokes. */
const painted = () => new Promise<void>((resolve) => setTimeout(resolve));
