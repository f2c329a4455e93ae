// `explain --from-log -` in a pipe that stays open, as of `kubectl logs -f`: each request is explained when its last line is there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "../../envoy/stage/eventually.js";

const main = fileURLToPath(new URL("../../../cli/main.js", import.meta.url));

const prefix = "[2026-01-01 00:00:00.000][7][debug][wasm] [context.cc:1148] wasm log foo jwt-policy vm: ";
const request = (stream: number, path: string) =>
  `${prefix}jwt-policy stream=${stream} step=request method="GET" authority="a" path="${path}"\n`;
const decision = (stream: number, result: string) =>
  `${prefix}jwt-policy stream=${stream} step=decision result="${result}"\n`;

describe("a log without end", () => {
  it("is explained as it comes, whatever pieces it comes in, and unfinished requests at its end", async () => {
    const child = spawn(process.execPath, [main, "explain", "--from-log", "-"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const told = () =>
      [...stdout.matchAll(/^(ALLOWED|DENIED|NOT KNOWN).*\n {2}GET a(\/\w+)/gm)].map(
        ([, what, path]) => `${what} ${path}`,
      );
    child.stdin.write(`noise\n${request(1, "/first")}${request(2, "/second")}`);
    // The second ends first; its last line comes in two pieces.
    const line = decision(2, "denied");
    child.stdin.write(line.slice(0, 100));
    child.stdin.write(line.slice(100));
    await eventually("the first explanation", () => told().length === 1);
    assert.deepEqual(told(), ["DENIED /second"]);
    assert.equal(child.exitCode, null, "it waits for more");
    child.stdin.write(decision(1, "allowed"));
    await eventually("the second explanation", () => told().length === 2);
    child.stdin.end(request(3, "/third"));
    const [code] = (await once(child, "close")) as [number | null];
    assert.deepEqual(told(), ["DENIED /second", "ALLOWED /first", "NOT KNOWN /third"]);
    assert.equal(code, 1);
  });
});
