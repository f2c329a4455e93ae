// Part of `npm pack`: writes the digest of build/jwt-policy.wasm beside it, as sha256sum does.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "./image/oci-image.js";
import { repositoryRoot } from "./repository-root.js";

const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
const digest = digestOf(await readFile(wasm)).replace("sha256:", "");
await writeFile(`${wasm}.sha256`, `${digest}  jwt-policy.wasm\n`);
