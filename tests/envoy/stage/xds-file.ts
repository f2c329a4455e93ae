// A file from which Envoy takes resources of one type.

import { rename, writeFile } from "node:fs/promises";

/** Replaces what is in the file. Envoy watches for moves, so it never reads half of one. */
export async function writeResources(
  path: string,
  version: number,
  type: string,
  resources: readonly object[],
): Promise<void> {
  const response = {
    version_info: String(version),
    resources: resources.map((resource) => ({ "@type": type, ...resource })),
  };
  const next = `${path}.next`;
  await writeFile(next, JSON.stringify(response));
  await rename(next, path);
}
