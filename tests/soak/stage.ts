// What the drills act on: the running parts, and the waiting in which everything is watched.

import type { RunningEnvoy } from "../../cli/envoy/envoy-process.js";
import { lastLines } from "../../cli/envoy/envoy-process.js";
import type { Random } from "../seeded/random.js";
import type { Load } from "./load/load.js";
import type { Durations } from "./referee/referee.js";
import type { RotatingIssuer } from "./issuer/rotating-issuer.js";
import type { Tokens } from "./issuer/tokens.js";
import type { TrafficState } from "./load/traffic.js";

/** The soak has found something: the message says what. */
export class SoakFailure extends Error {}

/** jwksCache of the soak's plugin, in milliseconds. */
export interface JwksCache {
  duration: number;
  refetchCooldown: number;
  maxStale: number;
}

/** What Envoy and the filter's VM log when something is broken for good. */
const TRAP = /RuntimeError|Uncaught|wasm vm failed|VM is in failed state|\[critical\]|abort:/i;
/** How often everything is looked at, in milliseconds. */
const LOOK = 50;

export class Stage {
  private trapSearchedTo = 0;

  constructor(
    readonly envoy: RunningEnvoy,
    readonly rotating: RotatingIssuer,
    readonly load: Load,
    readonly state: TrafficState,
    readonly tokens: Tokens,
    readonly random: Random,
    readonly cache: JwksCache,
    readonly durations: Durations,
    /** Puts the configuration of another version in place. */
    readonly reload: () => Promise<void>,
  ) {}

  /** Throws SoakFailure at the first wrong answer, trap, or end of Envoy. */
  check(): void {
    const { wrong } = this.load.ledger;
    if (wrong !== undefined) {
      const { kind, answer, right } = wrong;
      const time = `${new Date(answer.start).toISOString()} to ${new Date(answer.end).toISOString()}`;
      throw new SoakFailure(
        `Wrong answer to "${kind}" (${time}): ${answer.text}\nright: ${right.join(" or ") || "none"}`,
      );
    }
    const { exitCode, signalCode } = this.envoy.process;
    if (exitCode !== null || signalCode !== null)
      throw new SoakFailure(`Envoy has ended:\n${lastLines(this.envoy.log())}`);
    const log = this.envoy.log();
    // A little of what was searched before: a line may have been cut. The log drops its oldest part when it is full.
    const fresh = log.slice(Math.max(0, Math.min(this.trapSearchedTo, log.length) - 500));
    this.trapSearchedTo = log.length;
    if (TRAP.test(fresh)) throw new SoakFailure(`A trap:\n${lastLines(log)}`);
  }

  /** Lets the load go on for so long. */
  async pass(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end) {
      this.check();
      await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK, Math.max(1, end - Date.now()))));
    }
    this.check();
  }

  /** Lets the load go on until something has come about; throws SoakFailure when it does not. */
  async until(what: string, deadline: number, condition: () => boolean): Promise<void> {
    const end = Date.now() + deadline;
    while (!condition()) {
      if (Date.now() > end) throw new SoakFailure(`In ${deadline} ms there was not ${what}.`);
      await this.pass(LOOK);
    }
  }

  /** Until the issuer is well, Envoy has noticed, and every worker has heard. */
  async recovered(): Promise<void> {
    // The filter's longest pause after failures is a minute.
    await this.until("a good fetch behind the trouble", 75_000, () => this.rotating.hasRecovered);
    await this.pass(this.durations.lag);
  }
}
