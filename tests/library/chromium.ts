// The Chromium of this machine: the one at CHROMIUM_PATH, else on PATH. None is downloaded.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Its path; undefined if there is none. */
export async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  const directories = PATH.split(delimiter);
  const candidates = [
    ...(CHROMIUM_PATH === undefined ? [] : [CHROMIUM_PATH]),
    ...names.flatMap((name) => directories.map((directory) => join(directory, name))),
  ];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** Starts it without a window. In a container it has no sandbox of its own to start. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 120_000 });
}
