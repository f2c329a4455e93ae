// Memory over the time of a soak: at the start, when everything has been warm for a while, and at the end.

import type { RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { envoyMemory, mebibytes, type EnvoyMemory } from "./envoy-memory.js";

export interface MemoryFigures {
  start: EnvoyMemory;
  warm: EnvoyMemory;
  end: EnvoyMemory;
  most: EnvoyMemory;
  /** What has grown since it was warm; undefined: nothing, or the run was too short to tell. */
  growth: string | undefined;
}

/** How often it is looked at, in milliseconds. */
const LOOK = 1_000;
/** A shorter warm-up than this, in milliseconds, says nothing of a steady state. */
const LEAST_WARM_UP = 20_000;
/** Growth since the warm-up that is none: allocators and reloads that fall together. Of the VMs together, and of the process. */
const PLAY: EnvoyMemory = { vms: 2 * 1024 * 1024, resident: 16 * 1024 * 1024 };

export class MemoryWatch {
  private readonly timer: NodeJS.Timeout;
  private warm: EnvoyMemory | undefined;
  private most: EnvoyMemory;
  private readonly warmAt: number;
  private readonly judges: boolean;

  private constructor(
    private readonly envoy: RunningEnvoy,
    private readonly start: EnvoyMemory,
    warmUp: number,
  ) {
    this.most = start;
    this.warmAt = Date.now() + warmUp;
    this.judges = warmUp >= LEAST_WARM_UP;
    this.timer = setInterval(() => void this.look().catch(() => undefined), LOOK);
  }

  /** @param warmUp milliseconds until what there is counts as the steady state */
  static async start(envoy: RunningEnvoy, warmUp: number): Promise<MemoryWatch> {
    return new MemoryWatch(envoy, await envoyMemory(envoy), warmUp);
  }

  private async look(): Promise<EnvoyMemory> {
    const now = await envoyMemory(this.envoy);
    this.most = {
      vms: Math.max(this.most.vms, now.vms),
      resident: Math.max(this.most.resident, now.resident),
    };
    // What it has come to by then at most: the peaks of a reload or a large answer belong to the steady state.
    if (Date.now() < this.warmAt) this.warm = this.most;
    return now;
  }

  /** Stops watching; Envoy need not be alive any more. */
  async stop(): Promise<MemoryFigures> {
    clearInterval(this.timer);
    const end = await this.look().catch(() => this.most);
    const warm = this.warm ?? this.start;
    return {
      start: this.start,
      warm,
      end,
      most: this.most,
      growth: this.judges ? growth(warm, end) : undefined,
    };
  }
}

function growth(warm: EnvoyMemory, end: EnvoyMemory): string | undefined {
  if (end.vms > warm.vms + PLAY.vms)
    return `The VMs' memory has grown from ${mebibytes(warm.vms)} to ${mebibytes(end.vms)}.`;
  if (end.resident > warm.resident + PLAY.resident)
    return `Envoy has grown from ${mebibytes(warm.resident)} to ${mebibytes(end.resident)}.`;
  return undefined;
}
