// An Envoy configuration whose listeners come from a file (LDS), so that they can be replaced while it runs.

import { rename, writeFile } from "node:fs/promises";

interface Bootstrap {
  node?: object;
  static_resources: { listeners?: object[] };
  dynamic_resources?: object;
}

export class LdsFile {
  private version = 0;

  constructor(private readonly path: string) {}

  /** Puts the listeners of a whole configuration into the file; answers the configuration that reads them from there. */
  async split(config: string): Promise<string> {
    await this.write(config);
    const bootstrap = JSON.parse(config) as Bootstrap;
    // Envoy takes nothing dynamic without a name.
    bootstrap.node = { id: "soak", cluster: "soak" };
    delete bootstrap.static_resources.listeners;
    bootstrap.dynamic_resources = {
      lds_config: { resource_api_version: "V3", path_config_source: { path: this.path } },
    };
    return JSON.stringify(bootstrap);
  }

  /** Replaces the listeners by those of another configuration. Envoy watches for moves, so it never reads half a file. */
  async write(config: string): Promise<void> {
    const { static_resources: resources } = JSON.parse(config) as Bootstrap;
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    const response = {
      version_info: String(++this.version),
      resources: (resources.listeners ?? []).map((listener) => ({ "@type": type, ...listener })),
    };
    const next = `${this.path}.next`;
    await writeFile(next, JSON.stringify(response));
    await rename(next, this.path);
  }
}
