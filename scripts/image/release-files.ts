// What is published of a version beside the npm package: the filter with its digest, and its image.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../repository-root.js";
import { layoutFiles, layoutTar, writeLayout } from "./image-layout.js";
import { digestOf, ociImage } from "./oci-image.js";

export interface ReleaseFiles {
  /** SHA-256 of the filter, as hexadecimal digits: `sha256` of a WasmPlugin with an https:// URL. */
  readonly wasmSha256: string;
  /** Digest of the image's manifest: its digits are `sha256` of a WasmPlugin with an oci:// URL. */
  readonly imageDigest: string;
  /** `v0.1.0`. */
  readonly tag: string;
  /** Paths of the files, and of the layout's directory. */
  readonly wasm: string;
  readonly checksum: string;
  readonly layout: string;
  readonly archive: string;
}

interface PackageJson {
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/**
 * Writes them for build/jwt-policy.wasm. The same filter, package.json and moment give the same bytes (on one release of Node: its zlib
 * compresses).
 * @param created the moment that the image claims to be from
 */
export async function writeReleaseFiles(directory: string, created: Date): Promise<ReleaseFiles> {
  const [wasm, packageJson] = await Promise.all([
    readFile(join(repositoryRoot, "build", "jwt-policy.wasm")),
    readFile(join(repositoryRoot, "package.json"), "utf8"),
  ]);
  const { version, description, license } = JSON.parse(packageJson) as PackageJson;
  const image = await ociImage(wasm, { version, description, license, created });
  const tag = `v${version}`;
  const files: ReleaseFiles = {
    wasmSha256: digestOf(wasm).replace("sha256:", ""),
    imageDigest: image.manifest.digest,
    tag,
    wasm: join(directory, "jwt-policy.wasm"),
    checksum: join(directory, "jwt-policy.wasm.sha256"),
    layout: join(directory, "jwt-policy-image"),
    archive: join(directory, "jwt-policy-image.tar"),
  };
  const layout = layoutFiles(image, tag);
  await mkdir(directory, { recursive: true });
  await writeFile(files.wasm, wasm);
  await writeFile(files.checksum, `${files.wasmSha256}  jwt-policy.wasm\n`);
  await writeLayout(layout, files.layout);
  await writeFile(files.archive, await layoutTar(layout, created));
  return files;
}

/** The moment in SOURCE_DATE_EPOCH (reproducible-builds.org), else the beginning of 1970. */
export function sourceDate(environment: NodeJS.ProcessEnv): Date {
  const text = environment["SOURCE_DATE_EPOCH"];
  if (text === undefined || text === "") return new Date(0);
  if (!/^[0-9]{1,11}$/.test(text)) throw new Error("SOURCE_DATE_EPOCH must be seconds since 1970");
  return new Date(Number(text) * 1000);
}
