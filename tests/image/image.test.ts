// The files of `npm run image`: Istio's agent takes the image, and the same bytes come out twice.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { wasmPath } from "../../cli/files/package-files.js";
import { digestOf } from "../../scripts/image/oci-image.js";
import { sourceDate, writeReleaseFiles, type ReleaseFiles } from "../../scripts/image/release-files.js";
import { pullModule } from "./pull.js";
import { startRegistry, type Registry } from "./registry.js";

const created = new Date("2026-01-02T03:04:05Z");

let directory: string;
let files: ReleaseFiles;
let registry: Registry;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-image-"));
  files = await writeReleaseFiles(join(directory, "first"), created);
  registry = await startRegistry(files.layout, files.wasm);
});
after(async () => {
  await registry.stop();
  await rm(directory, { recursive: true });
});

/** Every file below a directory, by its path. */
async function contents(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths
        .sort()
        .map(async (path): Promise<[string, Buffer]> => [path.slice(root.length), await readFile(path)]),
    ),
  );
}

describe("the image, by the rules of Istio's agent", () => {
  const reference = () => ({ host: registry.host, repository: "jwt-policy", tag: files.tag });

  it("gives the filter", async () => {
    assert.deepEqual(Buffer.from(await pullModule(reference())), await readFile(wasmPath));
  });

  it("can be pinned by the digest of its manifest, and by nothing else", async () => {
    const digits = files.imageDigest.replace("sha256:", "");
    await pullModule(reference(), digits);
    await pullModule({ ...reference(), tag: files.imageDigest }, digits);
    await assert.rejects(pullModule(reference(), files.wasmSha256), /the manifest is/);
  });
});

describe("the layout", () => {
  const blob = async (digest: string) => readFile(join(files.layout, "blobs", ...digest.split(":")));
  const parsed = async (digest: string) => JSON.parse((await blob(digest)).toString()) as Manifest & Config;

  interface Manifest {
    readonly config: { readonly digest: string };
    readonly layers: readonly { readonly digest: string }[];
    readonly annotations: Readonly<Record<string, string>>;
  }
  interface Config {
    readonly created: string;
    readonly rootfs: { readonly diff_ids: readonly string[] };
  }

  it("names every blob by its digest, and has no other", async () => {
    const blobs = await readdir(join(files.layout, "blobs", "sha256"));
    for (const name of blobs) assert.equal(digestOf(await blob(`sha256:${name}`)), `sha256:${name}`);
    const { config, layers } = await parsed(files.imageDigest);
    const named = [files.imageDigest, config.digest, ...layers.map(({ digest }) => digest)];
    assert.deepEqual(blobs.map((name) => `sha256:${name}`).sort(), named.sort());
  });

  it("has one layer with one file, that anybody may read and nobody owns", async () => {
    const { config, layers } = await parsed(files.imageDigest);
    assert.equal(layers.length, 1);
    const tar = gunzipSync(await blob(layers[0]!.digest));
    assert.deepEqual((await parsed(config.digest)).rootfs.diff_ids, [digestOf(tar)]);
    const entries = await unpackTar(tar, { strict: true });
    assert.deepEqual(
      entries.map(({ header: { name, mode, uid, gid, mtime } }) => ({ name, mode, uid, gid, mtime })),
      [{ name: "plugin.wasm", mode: 0o644, uid: 0, gid: 0, mtime: created }],
    );
  });

  it("is dated, and says what it is", async () => {
    const { config, annotations } = await parsed(files.imageDigest);
    assert.equal((await parsed(config.digest)).created, created.toISOString());
    assert.equal(annotations["module.wasm.image/variant"], "compat");
    assert.equal(annotations["org.opencontainers.image.version"], files.tag.slice(1));
  });

  it("is the same in the archive", async () => {
    const archive = await unpackTar(await readFile(files.archive), { strict: true });
    const packed = new Map(archive.map(({ header, data }) => [`/${header.name}`, Buffer.from(data!)]));
    assert.deepEqual(new Map([...packed].sort()), new Map([...(await contents(files.layout))].sort()));
  });
});

it("the archives are such as tar itself reads", async () => {
  const { stdout } = await promisify(execFile)("tar", ["-tf", files.archive]);
  assert.match(stdout, /^oci-layout\nindex\.json\nblobs\/sha256\/[0-9a-f]{64}\n/);
});

it("the filter lies beside it, with its digest as sha256sum writes it", async () => {
  assert.deepEqual(await readFile(files.wasm), await readFile(wasmPath));
  const text = await readFile(files.checksum, "utf8");
  assert.equal(text, `${digestOf(await readFile(wasmPath)).replace("sha256:", "")}  jwt-policy.wasm\n`);
});

it("the same bytes come out a second time, others at another moment", async () => {
  const again = await writeReleaseFiles(join(directory, "again"), created);
  assert.deepEqual(await contents(join(directory, "again")), await contents(join(directory, "first")));
  const later = await writeReleaseFiles(join(directory, "later"), new Date(created.getTime() + 1000));
  assert.equal(again.imageDigest, files.imageDigest);
  assert.notEqual(later.imageDigest, files.imageDigest);
});

it("SOURCE_DATE_EPOCH dates the image", () => {
  assert.equal(sourceDate({}).getTime(), 0);
  assert.equal(sourceDate({ SOURCE_DATE_EPOCH: "1767323045" }).toISOString(), created.toISOString());
  assert.throws(() => sourceDate({ SOURCE_DATE_EPOCH: "yesterday" }), /seconds since 1970/);
});
