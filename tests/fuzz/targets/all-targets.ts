// Every entry that is fuzzed, by name.

import { compileWithCounters } from "../coverage/compile.js";
import { parserNames, ParserTarget } from "./parser-target.js";
import { RequestTarget } from "./request-target.js";
import type { Target } from "./target.js";

export const targetNames = [...parserNames, "request"] as const;
export type TargetName = (typeof targetNames)[number];

export async function createTarget(name: TargetName): Promise<Target> {
  if (name === "request")
    return RequestTarget.create(await compileWithCounters("assembly/index.ts", "asconfig.json", "release"));
  return new ParserTarget(
    name,
    await compileWithCounters("tests/fuzz/targets/parsers.as.ts", "tests/assemblyscript/asconfig.json"),
  );
}
