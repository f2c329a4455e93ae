// `npm run referee -- --newest`: whether Istio has moved since the version that the committed answers are of. Names each field, bound and rule of
// the two policies that is new, changed or gone in the newest istio.io/api, and a newer istio.io/istio. Needs Go.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { crdLines } from "./crd-lines.js";

const cwd = join(repositoryRoot, "tests", "referee", "istio");

async function go(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("go", args, { cwd });
  return stdout;
}

interface GoModule {
  readonly Version: string;
  readonly Dir: string;
}

/** A module as it is in go.mod, or at a version such as `latest`. */
async function goModule(name: string): Promise<GoModule> {
  const [path, version] = name.split("@");
  if (version === undefined) return JSON.parse(await go("list", "-m", "-json", path!)) as GoModule;
  return JSON.parse(await go("mod", "download", "-json", name)) as GoModule;
}

async function crdsOf({ Dir }: GoModule): Promise<Set<string>> {
  return crdLines(await readFile(join(Dir, "kubernetes", "customresourcedefinitions.gen.yaml"), "utf8"));
}

/** What the newest Istio has otherwise than the one that this project is held to; none: nothing has moved. */
export async function movedSince(): Promise<string[]> {
  const [api, newestApi] = [await goModule("istio.io/api"), await goModule("istio.io/api@latest")];
  const [before, now] = [await crdsOf(api), await crdsOf(newestApi)];
  const moved = compared(before, now).map((line) => `istio.io/api ${newestApi.Version}: ${line}`);
  const [istio, newestIstio] = [await goModule("istio.io/istio"), await goModule("istio.io/istio@latest")];
  if (istio.Version !== newestIstio.Version)
    moved.push(
      `istio.io/istio ${newestIstio.Version} is there, and the answers are of ${istio.Version}: go get it in tests/referee/istio, then npm run referee -- --check`,
    );
  return moved;
}

/** Lines that one of two has, `+` or `-` in front. */
export function compared(before: ReadonlySet<string>, now: ReadonlySet<string>): string[] {
  const gone = [...before].filter((line) => !now.has(line)).map((line) => `- ${line}`);
  const come = [...now].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  return [...gone, ...come];
}
