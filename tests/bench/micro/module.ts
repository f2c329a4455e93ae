// micro.as.ts, compiled as the filter is for release, and called with bytes.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { allowRelaxedSimd } from "../../../host/module/relaxed-simd.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { instantiate } from "../../assemblyscript/instantiate.js";

type Call = (...args: number[]) => number;

export class MicroModule {
  private constructor(private readonly exports: WebAssembly.Exports) {}

  static async load(): Promise<MicroModule> {
    const output = join("build", "bench", "micro.wasm");
    const stderr = asc.createMemoryStream();
    const release = ["--config", "asconfig.json", "--target", "release", "--baseDir", repositoryRoot];
    // The entries of asconfig.json are the filter's: exported as well, and no harm.
    const { error } = await asc.main(["tests/bench/micro/micro.as.ts", "--outFile", output, ...release], {
      stderr,
    });
    if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
    allowRelaxedSimd();
    const module = await WebAssembly.compile(await readFile(join(repositoryRoot, output)));
    return new MicroModule(await instantiate(module));
  }

  call(name: string, ...args: number[]): number {
    return (this.exports[name] as Call)(...args);
  }

  constant(name: string): number {
    return (this.exports[name] as WebAssembly.Global).value as number;
  }

  /** A block of `size` bytes, for good. */
  block(size: number): number {
    return this.call("alloc", Math.max(size, 16));
  }

  /** A copy of `bytes`, for good. */
  put(bytes: Uint8Array): number {
    const address = this.block(bytes.length);
    new Uint8Array((this.exports["memory"] as WebAssembly.Memory).buffer).set(bytes, address);
    return address;
  }
}
