// Sends the mixed load at a rate, and judges every answer.

import { Random } from "../../seeded/random.js";
import { sendAndLeave } from "../../envoy/stage/harness.js";
import { SoakClient, type SoakAnswer } from "./client.js";
import { Ledger } from "../referee/ledger.js";
import { metDrainEnd, rightAnswers, type Durations, type History } from "../referee/referee.js";
import type { Kind, Shot } from "./traffic.js";

/** How often requests are sent, in milliseconds. */
const BEAT = 20;
/** More open requests than this: the load waits, so that a machine that is too slow is not buried. */
const MOST_IN_FLIGHT = 2_000;
/** How long a client that leaves may stay, in milliseconds. */
const LEAVES_WITHIN = 60;

export interface LoadOptions {
  port: number;
  rate: number;
  kinds: readonly Kind[];
  random: Random;
  history: History;
  durations: Durations;
}

export class Load {
  readonly ledger: Ledger;
  private readonly client: SoakClient;
  private readonly wheel: Kind[];
  private readonly timer: NodeJS.Timeout;
  private last = Date.now();
  private owed = 0;
  /** Requests under way that make Envoy ask for newer keys, and when the last of them ended. */
  private asking = 0;
  private askedUntil = 0;
  private open = 0;

  constructor(private readonly options: LoadOptions) {
    this.ledger = new Ledger(options.kinds.map(({ name }) => name));
    this.client = new SoakClient(options.port);
    this.wheel = options.kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
    this.timer = setInterval(() => this.beat(), BEAT);
  }

  /** Stops sending, and waits for the answers that are still to come: each has a deadline. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while (this.open > 0) await new Promise((resolve) => setTimeout(resolve, BEAT));
    this.client.close();
  }

  /** For how long no request has asked for keys that the issuer does not publish, in milliseconds. */
  get quietFor(): number {
    return this.asking > 0 ? 0 : Date.now() - this.askedUntil;
  }

  private beat(): void {
    const now = Date.now();
    this.owed += (this.options.rate * (now - this.last)) / 1000;
    this.last = now;
    for (; this.owed >= 1; this.owed--) {
      if (this.open < MOST_IN_FLIGHT) this.fire();
    }
  }

  private fire(): void {
    const kind = this.options.random.pick(this.wheel);
    const shot = kind.make();
    if (shot === undefined) return;
    this.open++;
    if (kind.asksForNewer === true) this.asking++;
    void this.shoot(kind, shot).finally(() => {
      this.open--;
      if (kind.asksForNewer !== true) return;
      this.asking--;
      this.askedUntil = Date.now();
    });
  }

  private async shoot(kind: Kind, shot: Shot): Promise<void> {
    if (shot.leaves === true) {
      await this.leave(kind.name, shot);
      return;
    }
    let answer = await this.client.send(shot.request);
    if (this.wasDrained(answer)) {
      this.ledger.count(kind.name, "connection closed at the end of a drain, sent again");
      answer = { ...(await this.client.send(shot.request)), start: answer.start };
    }
    const { history, durations } = this.options;
    const right = rightAnswers(shot.expectation, answer.start, answer.end, history, durations);
    this.ledger.note(kind.name, answer, right);
  }

  private async leave(name: string, shot: Shot): Promise<void> {
    try {
      const { leave } = await sendAndLeave(this.options.port, shot.request.token ?? "");
      await new Promise((resolve) => setTimeout(resolve, this.options.random.below(LEAVES_WITHIN)));
      leave();
      this.ledger.count(name, "left");
    } catch (error) {
      const now = Date.now();
      const text = `error ${(error as Error).message}`;
      this.ledger.note(name, { text, start: now, end: now, reused: false }, new Map());
    }
  }

  /** Whether the connection was closed at the end of a drain: the request is sent again then, and the second answer judged. */
  private wasDrained({ text, start, end, reused }: SoakAnswer): boolean {
    if (!/^error (ECONNRESET|EPIPE)/.test(text)) return false;
    const { history, durations } = this.options;
    // A new connection is closed only after it has been there for as long as a drain takes.
    if (!reused && end - start < durations.drain - 1_000) return false;
    return metDrainEnd(start, end, history.reloads, durations);
  }
}
