// Listeners that come from a file (LDS), so that they can be replaced while Envoy runs.

import { rename, writeFile } from "node:fs/promises";
import type { EnvoyBootstrap } from "./harness.js";

export class LdsFile {
  private version = 0;

  constructor(private readonly path: string) {}

  /** Moves the listeners of a bootstrap into the file, from where it then reads them. */
  async take(bootstrap: EnvoyBootstrap): Promise<void> {
    await this.write(bootstrap.static_resources.listeners);
    bootstrap.static_resources.listeners = [];
    // Envoy takes nothing dynamic without a name.
    bootstrap.node = { id: "test", cluster: "test" };
    bootstrap.dynamic_resources = {
      lds_config: { resource_api_version: "V3", path_config_source: { path: this.path } },
    };
  }

  /** Replaces the listeners. Envoy watches for moves, so it never reads half a file. */
  async write(listeners: readonly object[]): Promise<void> {
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    const response = {
      version_info: String(++this.version),
      resources: listeners.map((listener) => ({ "@type": type, ...listener })),
    };
    const next = `${this.path}.next`;
    await writeFile(next, JSON.stringify(response));
    await rename(next, this.path);
  }
}
