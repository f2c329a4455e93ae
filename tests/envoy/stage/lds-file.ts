// Listeners that come from a file (LDS), so that they can be replaced while Envoy runs.

import type { EnvoyBootstrap } from "./harness.js";
import { writeResources } from "./xds-file.js";

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

  /** Replaces the listeners. */
  async write(listeners: readonly object[]): Promise<void> {
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    await writeResources(this.path, ++this.version, type, listeners);
  }
}
