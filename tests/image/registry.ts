// A registry that serves one image from its layout: the reading half of the OCI distribution API, on this machine.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface Registry {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  stop(): Promise<void>;
}

interface Index {
  readonly manifests: readonly {
    readonly mediaType: string;
    readonly digest: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/**
 * Serves an image layout as repository `jwt-policy`, and a file as /jwt-policy.wasm.
 * @param layout the directory
 */
export async function startRegistry(layout: string, wasm: string): Promise<Registry> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as Index;
  const blob = (digest: string) => readFile(join(layout, "blobs", ...digest.split(":")));

  /** What a path names; undefined if it names nothing. */
  async function content(path: string): Promise<readonly [type: string, body: Uint8Array] | undefined> {
    if (path === "/v2/") return ["application/json", Buffer.from("{}")];
    if (path === "/jwt-policy.wasm") return ["application/wasm", await readFile(wasm)];
    const [, kind, reference] = /^\/v2\/jwt-policy\/(manifests|blobs)\/([\w.:-]+)$/.exec(path) ?? [];
    if (kind === "blobs" && /^sha256:[0-9a-f]{64}$/.test(reference!)) {
      return ["application/octet-stream", await blob(reference!)];
    }
    const manifest = index.manifests.find(
      ({ digest, annotations }) =>
        digest === reference || annotations["org.opencontainers.image.ref.name"] === reference,
    );
    return manifest && [manifest.mediaType, await blob(manifest.digest)];
  }

  const server = createServer((request, response) => {
    content(request.url ?? "").then(
      (found) => {
        if (found === undefined) return response.writeHead(404).end();
        const [type, body] = found;
        return response
          .writeHead(200, { "content-type": type, "content-length": body.length })
          .end(request.method === "HEAD" ? undefined : body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
