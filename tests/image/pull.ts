// Pulls the filter out of a registry by the rules of Istio's agent (istio pkg/wasm/imagefetcher.go and cache.go), without Go. That they are
// those rules, `npm run referee -- --check` shows: there the agent's own code pulls.

import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { digestOf } from "../../scripts/image/oci-image.js";

interface Manifest {
  readonly mediaType?: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[];
}

/** ISTIO_WASM_MAX_BINARY_SIZE_BYTES. */
const sizeLimit = 256 * 1024 * 1024;

/**
 * The module behind `host/repository:tag` or `…@digest`.
 * @param sha256 as in a WasmPlugin: the digits of the manifest's digest
 * @throws Error if the agent would not take it
 */
export async function pullModule(
  reference: { host: string; repository: string; tag: string },
  sha256 = "",
): Promise<Uint8Array> {
  const base = `http://${reference.host}/v2/${reference.repository}`;
  const manifestBytes = await get(`${base}/manifests/${reference.tag}`);
  const digest = digestOf(manifestBytes);
  if (sha256 !== "" && digest !== `sha256:${sha256}`) throw new Error(`the manifest is ${digest}`);
  const manifest = JSON.parse(Buffer.from(manifestBytes).toString()) as Manifest;
  if (manifest.mediaType?.includes("docker")) throw new Error("a Docker manifest");
  const layer = manifest.layers.at(-1);
  if (layer === undefined) throw new Error("number of layers must be greater than zero");
  if (layer.mediaType !== "application/vnd.oci.image.layer.v1.tar+gzip")
    throw new Error(`invalid media type ${layer.mediaType}`);
  const compressed = await get(`${base}/blobs/${layer.digest}`);
  if (digestOf(compressed) !== layer.digest || compressed.length !== layer.size)
    throw new Error("the layer is not what the manifest says");
  const tar = gunzipSync(compressed, { maxOutputLength: sizeLimit });
  const entries = await unpackTar(tar, { strict: true });
  const plugin = entries.find(({ header }) => header.name.replace(/^.*\//, "") === "plugin.wasm");
  if (plugin?.data === undefined) throw new Error("plugin.wasm not found in the archive");
  if (Buffer.from(plugin.data.subarray(0, 4)).toString("latin1") !== "\0asm")
    throw new Error("no wasm binary");
  return plugin.data;
}

async function get(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
