// The files of the machine that serves the page, where `jwt-policy playground` does. A page from elsewhere has no such place, and may connect to nothing.

import type { SourceFile } from "../policies/resources/source-file.js";

/** What the server sends at first and at each change. */
interface ServedFiles {
  readonly files: readonly SourceFile[];
  readonly workload?: string;
}

/** @param open called with the files as they are, and at each change */
export function followFiles(
  open: (files: readonly SourceFile[], workload: string | undefined) => void,
): void {
  const place = document.querySelector("meta[name=jwt-policy-files]")?.getAttribute("content");
  if (place === undefined || place === null) return;
  const stream = new EventSource(place);
  stream.addEventListener("message", ({ data }) => {
    const { files, workload } = JSON.parse(data as string) as ServedFiles;
    if (files.length > 0) open(files, workload);
  });
}
