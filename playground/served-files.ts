// The files of the machine that serves the page, where `jwt-policy playground` does. A page from elsewhere has no such place, and may connect to nothing.

import type { WorkloadFields } from "../policies/resolution/workload-fields.js";
import type { SourceFile } from "../policies/resources/source-file.js";
import { meshOf, type Where } from "./scene/mesh-fields.js";

/** What the server sends at first and at each change. */
interface ServedFiles {
  readonly files: readonly SourceFile[];
  readonly workload: Partial<WorkloadFields>;
  readonly namespace?: string;
}

/** @param open called with the files as they are, and at each change */
export function followFiles(
  open: (files: readonly SourceFile[], where: Partial<Where>, isFirst: boolean) => void,
): void {
  const place = document.querySelector("meta[name=jwt-policy-files]")?.getAttribute("content");
  if (place === undefined || place === null) return;
  let isFirst = true;
  const stream = new EventSource(place);
  stream.addEventListener("message", ({ data }) => {
    const { files, workload, namespace } = JSON.parse(data as string) as ServedFiles;
    const mesh = meshOf(workload, namespace);
    const where = workload.for === undefined ? { mesh } : { mesh, workload: workload.for };
    if (files.length === 0) return;
    open(files, where, isFirst);
    isFirst = false;
  });
}
