// Keys that took seconds to find, kept in build/ for the other test files of a run, each of which is a process of its own: measured, the RSA keys of
// the differential tables take 3 to 4 s of CPU, in eight files.

import { createHash, type JsonWebKey } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { seed, USUAL_SEED } from "./seed.js";

const directory = join(repositoryRoot, "build", "seeded-keys");

/** What finds a key is part of its name: a change of it forgets what it found before. */
const finder = readFileSync(join(import.meta.dirname, "rsa-key.js"));

/** The key that `find` finds for a purpose with the seed of this run, or has found in another process. */
export function rememberedKey(purpose: string, find: () => JsonWebKey): JsonWebKey {
  // Fresh seeds of `npm run explore` come once.
  if (seed !== USUAL_SEED) return find();
  const name = createHash("sha256").update(finder).update(`${seed} ${purpose}`).digest("hex");
  const file = join(directory, `${name}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as JsonWebKey;
  } catch {
    const key = find();
    mkdirSync(directory, { recursive: true });
    // Whole or not at all, whoever else is writing the same.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(key), { mode: 0o600 });
    renameSync(draft, file);
    return key;
  }
}
