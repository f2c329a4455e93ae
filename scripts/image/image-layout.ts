// An image in files: an OCI image layout (image-spec, image-layout.md), as a directory and as one tar file.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packTar } from "modern-tar";
import { json, mediaTypes, type OciImage } from "./oci-image.js";

/** Path within the layout, with content, in the order of a tar file. */
export type LayoutFile = readonly [path: string, content: Uint8Array];

/** @param tag what the image is called in the layout: `v0.1.0` */
export function layoutFiles(image: OciImage, tag: string): LayoutFile[] {
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...image.manifest, annotations: { "org.opencontainers.image.ref.name": tag } }],
  };
  return [
    ["oci-layout", json({ imageLayoutVersion: "1.0.0" })],
    ["index.json", json(index)],
    ...[...image.blobs].map(([digest, content]): LayoutFile => [
      `blobs/${digest.replace(":", "/")}`,
      content,
    ]),
  ];
}

/** Writes the files into a directory of their own, in place of what it held. */
export async function writeLayout(files: readonly LayoutFile[], directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const [path, content] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** The files as a tar file: what `skopeo copy oci-archive:…` and `podman load` read. */
export async function layoutTar(files: readonly LayoutFile[], created: Date): Promise<Uint8Array> {
  return packTar(
    files.map(([name, body]) => ({
      header: { name, size: body.length, mode: 0o644, mtime: created, uid: 0, gid: 0 },
      body,
    })),
  );
}
