// One stage at a time on a machine: its namespaces' names and the addresses in them are always the same.

import { readFile, rm, writeFile } from "node:fs/promises";
import { removeNamespace, stageNamespaces } from "./namespace.js";

/** Who has the stage; not below TMPDIR, which two runs may see differently. */
const OWNER_FILE = "/run/jwt-policy-istio-stage.json";

interface Owner {
  readonly pid: number;
  /** When that process started, in ticks since the machine did: PIDs are used again. */
  readonly started: string;
  /** What it keeps its state in. */
  readonly directory: string;
}

/**
 * Takes the stage for this process, and removes what a killed run left behind.
 * @param directory where this run keeps its state
 */
export async function takeStage(directory: string): Promise<void> {
  const found = await readFile(OWNER_FILE, "utf8").catch(() => undefined);
  if (found !== undefined) {
    const owner = JSON.parse(found) as Owner;
    if ((await startOf(owner.pid)) === owner.started) {
      throw new Error(`Another npm run istio has the stage (process ${owner.pid}): only one at a time.`);
    }
    await removeLeftovers();
    await rm(owner.directory, { recursive: true, force: true });
    await rm(OWNER_FILE, { force: true });
  }
  const owner: Owner = { pid: process.pid, started: (await startOf(process.pid)) ?? "", directory };
  try {
    await writeFile(OWNER_FILE, JSON.stringify(owner), { flag: "wx" });
  } catch {
    throw new Error("Another npm run istio has just taken the stage: only one at a time.");
  }
  await removeLeftovers();
}

export async function giveStageBack(): Promise<void> {
  await removeLeftovers();
  await rm(OWNER_FILE, { force: true });
}

async function removeLeftovers(): Promise<void> {
  for (const namespace of await stageNamespaces()) await removeNamespace(namespace);
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); undefined if there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[19];
}
