// An issuer whose keys come and go and which does not always answer well; it remembers what it has said to whom, and when.

import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { freePort } from "../../envoy/stage/free-port.js";
import { FETCH_TIMEOUT, HEALTHY, type Behaviour } from "./issuer-behaviour.js";
import type { GoodAnswer } from "../referee/referee.js";
import { ALGORITHMS, newSigningKey, type AlgorithmName, type SigningKey } from "./signing-key.js";

/** Answers that are remembered: many more than any request's life spans. */
const REMEMBERED = 500;

export interface Fetch {
  at: number;
  behaviour: string;
}

export class RotatingIssuer {
  /** Published keys; the last one of an algorithm signs. */
  published: SigningKey[] = [];
  readonly goodAnswers: GoodAnswer[] = [];
  readonly fetches: Fetch[] = [];
  private behaviour = HEALTHY;
  private away = false;
  /** When it last was anything but well. */
  lastIll = 0;

  private constructor(readonly issuer: Issuer) {
    issuer.answerJwksWith(() => this.answer());
  }

  static async start(): Promise<RotatingIssuer> {
    const rotating = new RotatingIssuer(await startIssuer({ port: await freePort() }));
    for (const algorithm of Object.keys(ALGORITHMS) as AlgorithmName[])
      rotating.published.push(newSigningKey(algorithm));
    return rotating;
  }

  /** The keys that sign: the newest of each algorithm. */
  get signers(): SigningKey[] {
    return [...new Map(this.published.map((key) => [key.algorithm, key])).values()];
  }

  publish(key: SigningKey): void {
    this.published = [...this.published, key];
  }

  withdraw(key: SigningKey): void {
    this.published = this.published.filter(({ kid }) => kid !== key.kid);
  }

  isPublished(kid: string): boolean {
    return this.published.some((key) => key.kid === kid);
  }

  /** From now on it answers so. */
  behave(behaviour: Behaviour): void {
    if (!this.behaviour.good || !behaviour.good) this.lastIll = Date.now();
    this.behaviour = behaviour;
  }

  /** Nobody listens any more, until `comeBack`. */
  async goAway(): Promise<void> {
    this.away = true;
    this.lastIll = Date.now();
    await this.issuer.goAway();
  }

  async comeBack(): Promise<void> {
    await this.issuer.comeBack();
    this.lastIll = Date.now();
    this.away = false;
  }

  /** Whether a fetch that began after its last trouble has brought the keys. */
  get hasRecovered(): boolean {
    if (this.away || !this.behaviour.good) return false;
    return this.goodAnswers.some(({ receivedAt, sure }) => sure && receivedAt > this.lastIll);
  }

  /** Whether Envoy has been told since `moment` a key set that has this key, or (false) one that has not. */
  hasTold(moment: number, kid: string, contained: boolean): boolean {
    return this.goodAnswers.some(
      ({ receivedAt, kids, sure }) => sure && receivedAt >= moment && kids.has(kid) === contained,
    );
  }

  private async answer() {
    const receivedAt = Date.now();
    const { name, good, answer } = this.behaviour;
    this.fetches.push({ at: receivedAt, behaviour: name });
    const keys = this.published;
    const result = await answer(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
    const answeredAt = Date.now();
    if (good) {
      const kids = new Set(keys.map(({ kid }) => kid));
      const sure = answeredAt - receivedAt < FETCH_TIMEOUT * 0.75;
      this.goodAnswers.push({ receivedAt, answeredAt, kids, sure });
      this.goodAnswers.splice(0, Math.max(0, this.goodAnswers.length - REMEMBERED));
    }
    return result;
  }
}
