// What the built filter says of a configuration: it runs in host/.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HostProcess, VirtualClock, WasmModule, WasmVm } from "../../host/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

/** Whether a configuration is accepted; if not, why. */
export type Verdict = { readonly accepted: boolean; readonly log: readonly string[] };

/** Many configurations share a VM: as in Envoy, each is a plugin of it, closed before the next. */
export class FilterVerdict {
  readonly #log: string[] = [];

  private constructor(
    private readonly module: WasmModule,
    private vm: WasmVm | undefined,
  ) {}

  static async load(): Promise<FilterVerdict> {
    const bytes = await readFile(join(repositoryRoot, "build", "jwt-policy.wasm"));
    return new FilterVerdict(await WasmModule.compile(bytes), undefined);
  }

  async of(configuration: unknown): Promise<Verdict> {
    this.vm ??= await WasmVm.instantiate(this.module, {
      process: new HostProcess({
        clock: new VirtualClock(0),
        log: ({ message }) => void this.#log.push(message),
      }),
    });
    this.#log.length = 0;
    const result = this.vm.startPlugin({
      rootId: "jwt-policy",
      configuration: JSON.stringify(configuration),
    });
    if (result.kind === "started") result.plugin.close();
    else if (result.by === "trap") throw new Error(`the filter traps: ${result.reason}`);
    return { accepted: result.kind === "started", log: [...this.#log] };
  }
}
