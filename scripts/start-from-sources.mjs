// `npm start`: looks at the arguments, which takes no time, before it builds, which may take half a minute; then does what start.ts says.
// Plain JavaScript, since nothing is compiled yet.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

try {
  parseArgs({ options: { once: { type: "boolean" } } });
} catch (error) {
  process.stderr.write(
    `npm start: ${error.message.split(". ")[0]}. Its only option is --once: npm start -- --once\n`,
  );
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
await import("../build/js/scripts/start.js");
