// Serves this repository's files to a browser on this machine, with a page that has an import map in place of a bundler.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";

/** What the modules of the core import by name, as browsers want it: the files that `browser` and `import` name in each package. */
const imports = {
  "envoy-jwt-policy": "/build/js/policies/index.js",
  yaml: "/node_modules/yaml/browser/index.js",
  "js-yaml": "/node_modules/js-yaml/dist/js-yaml.mjs",
  re2js: "/node_modules/re2js/build/index.js",
  "@cfworker/json-schema": "/node_modules/@cfworker/json-schema/dist/esm/index.js",
  "@noble/hashes/": "/node_modules/@noble/hashes/",
};

/** No more than a place to import from. */
const page = `<!doctype html><meta charset="utf-8"><title>envoy-jwt-policy</title>
<script type="importmap">${JSON.stringify({ imports })}</script>`;

const types: Readonly<Record<string, string>> = {
  js: "text/javascript",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

export interface FileServer {
  readonly origin: string;
  close(): Promise<void>;
}

export async function serveFiles(): Promise<FileServer> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://host").pathname);
    const end = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (path === "/") return void end(200, "text/html", page);
    readFile(join(repositoryRoot, path)).then(
      (body) => end(200, types[path.replace(/^.*\./, "")] ?? "text/plain", body),
      () => end(404, "text/plain", "no such file"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
