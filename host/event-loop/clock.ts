/** Time as the host hands it to the guest, and timers for ticks and call timeouts. */

/** Cancels a timer that has not fired yet. */
export type Cancel = () => void;

export interface Clock {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  now(): bigint;
  /** Calls `callback` once, `milliseconds` from now. */
  after(milliseconds: number, callback: () => void): Cancel;
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): bigint {
    return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
  }

  after(milliseconds: number, callback: () => void): Cancel {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  }
}

interface Timer {
  due: bigint;
  order: number;
  callback: () => void;
}

/** A clock that stands still until it is told to move: what `jwt-policy test` and most tests run on. */
export class VirtualClock implements Clock {
  private nanoseconds: bigint;
  private timers: Timer[] = [];
  private nextOrder = 0;

  /** `start` as a Date or in milliseconds since 1970. */
  constructor(start: Date | number) {
    this.nanoseconds = BigInt(Math.trunc(Number(start))) * NANOSECONDS_PER_MILLISECOND;
  }

  now(): bigint {
    return this.nanoseconds;
  }

  after(milliseconds: number, callback: () => void): Cancel {
    const due = this.nanoseconds + BigInt(milliseconds) * NANOSECONDS_PER_MILLISECOND;
    const timer: Timer = { due, order: this.nextOrder++, callback };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  /** Jumps to a moment without firing timers: a clock that was set. Timers keep their distance. */
  set(moment: Date | number): void {
    const target = BigInt(Math.trunc(Number(moment))) * NANOSECONDS_PER_MILLISECOND;
    for (const timer of this.timers) timer.due += target - this.nanoseconds;
    this.nanoseconds = target;
  }

  /** Lets time pass; timers that fall due fire in order, each at its own moment, those they start included. */
  advance(milliseconds: number): void {
    const target = this.nanoseconds + BigInt(milliseconds) * NANOSECONDS_PER_MILLISECOND;
    for (;;) {
      const next = this.timers
        .filter((timer) => timer.due <= target)
        .sort((a, b) => (a.due === b.due ? a.order - b.order : a.due < b.due ? -1 : 1))[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nanoseconds = next.due;
      next.callback();
    }
    this.nanoseconds = target;
  }
}
