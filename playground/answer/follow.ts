// Asking again whenever something changes: not at every keystroke, one at a time, and never showing what is no longer asked.

export class Follower<T> {
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param ask about what there is at the moment that it is called
   * @param show an answer that is about what there is still
   * @param fail what was thrown in place of one
   * @param pause in milliseconds: so long nothing must change
   */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly show: (answer: T) => void,
    private readonly fail: (error: unknown) => void,
    private readonly pause: number,
  ) {}

  /** Something has changed: answers to what was asked before are for nothing. */
  changed(pause = this.pause): void {
    const turn = ++this.asked;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running = this.running.then(() => this.answer(turn));
    }, pause);
  }

  private async answer(turn: number): Promise<void> {
    if (turn !== this.asked) return;
    try {
      const answer = await this.ask();
      if (turn === this.asked) this.show(answer);
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }
}
