// The filter as an OCI image: the form that Istio's agent takes (istio pkg/wasm/imagefetcher.go, extractOCIStandardImage), which is also one
// that every registry and container tool takes: one layer, a gzipped tar with plugin.wasm in it.

import { createHash } from "node:crypto";
import { constants, gzipSync } from "node:zlib";
import { packTar } from "modern-tar";

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** A content descriptor (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface OciImage {
  readonly manifest: Descriptor;
  /** Manifest, configuration and layer, by digest. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export interface ImageOptions {
  /** Of the package: `0.1.0`. */
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** The moment that the image claims to be from. The same options give the same bytes. */
  readonly created: Date;
}

/** The image of a filter. */
export async function ociImage(wasm: Uint8Array, options: ImageOptions): Promise<OciImage> {
  const blobs = new Map<string, Uint8Array>();
  const add = (mediaType: string, content: Uint8Array): Descriptor => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType, digest, size: content.length };
  };
  const tar = await layerTar(wasm, options.created);
  const layer = add(mediaTypes.layer, gzipped(tar));
  const config = add(
    mediaTypes.config,
    json({
      created: options.created.toISOString(),
      // No processor runs it by itself: what containerd and Docker call the platform of a wasm module.
      architecture: "wasm",
      os: "wasi",
      config: { Labels: annotations(options) },
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      history: [{ created: options.created.toISOString(), created_by: "COPY jwt-policy.wasm /plugin.wasm" }],
    }),
  );
  const manifest = add(
    mediaTypes.manifest,
    json({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config,
      layers: [layer],
      annotations: { ...annotations(options), "module.wasm.image/variant": "compat" },
    }),
  );
  return { manifest, blobs };
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

export function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function annotations({ version, description, license, created }: ImageOptions): Record<string, string> {
  return {
    "org.opencontainers.image.title": "jwt-policy",
    "org.opencontainers.image.description": description,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": license,
    "org.opencontainers.image.created": created.toISOString(),
  };
}

/** @param created down to the second, as tar has it */
async function layerTar(wasm: Uint8Array, created: Date): Promise<Uint8Array> {
  const header = { name: "plugin.wasm", size: wasm.length, mode: 0o644, mtime: created, uid: 0, gid: 0 };
  return packTar([{ header, body: wasm }]);
}

function gzipped(content: Uint8Array): Uint8Array {
  const bytes = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
  // The header's last byte names the system that wrote it (RFC 1952 §2.3.1); 255: unknown.
  bytes[9] = 255;
  return bytes;
}
