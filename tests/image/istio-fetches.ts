// The files of `npm run image`, fetched by the code of Istio's agent itself (tests/referee/istio/fetch.go).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeReleaseFiles } from "../../scripts/image/release-files.js";
import { askReferee } from "../referee/client.js";
import { startRegistry } from "./registry.js";

interface Fetch {
  readonly name: string;
  readonly url: string;
  readonly sha256?: string;
  /** What the agent says; undefined: it takes the filter. */
  readonly refused?: RegExp;
}

/** Where the agent does something else than it should; nothing if all is well. */
export async function fetchFaults(): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-image-"));
  const files = await writeReleaseFiles(directory, new Date(0));
  const registry = await startRegistry(files.layout, files.wasm);
  const image = `oci://${registry.host}/jwt-policy`;
  const bare = `http://${registry.host}/jwt-policy.wasm`;
  const digits = files.imageDigest.replace("sha256:", "");
  const fetches: readonly Fetch[] = [
    { name: "the image by its tag", url: `${image}:${files.tag}` },
    { name: "the image, pinned", url: `${image}:${files.tag}`, sha256: digits },
    { name: "the image by its digest", url: `${image}@${files.imageDigest}`, sha256: digits },
    {
      name: "the image, pinned to something else",
      url: `${image}:${files.tag}`,
      sha256: files.wasmSha256,
      refused: /does not match/,
    },
    { name: "the bare filter", url: bare },
    { name: "the bare filter, pinned", url: bare, sha256: files.wasmSha256 },
    {
      name: "the bare filter, pinned to something else",
      url: bare,
      sha256: digits,
      refused: /does not match/,
    },
  ];
  try {
    const answers = await askReferee(
      fetches.map(({ name, url, sha256 }) => ({ id: name, fetch: { url, ...(sha256 && { sha256 }) } })),
    );
    return fetches.flatMap(({ name, refused }, i) => {
      const { module, error } = answers[i]!;
      const isRight =
        refused === undefined
          ? module?.sha256 === files.wasmSha256
          : error !== undefined && refused.test(error);
      return isRight ? [] : [`${name}: ${error ?? `the agent takes ${module?.sha256}`}`];
    });
  } finally {
    await registry.stop();
    await rm(directory, { recursive: true });
  }
}
