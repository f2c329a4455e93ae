// The page as it lies in the package: build/playground/.

import { readFile } from "node:fs/promises";
import { packageFile } from "../files/package-files.js";

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** Where the page listens for files, seen from itself. */
export const FILES_PATH = "files";

/** Path under the page's address -> what is there. */
export async function pageFiles(followsFiles: boolean): Promise<ReadonlyMap<string, PageFile>> {
  const read = (name: string) => readFile(packageFile(`build/playground/${name}`), "utf8");
  const html = await read("index.html");
  return new Map([
    ["", { type: "text/html; charset=utf-8", body: followsFiles ? followingFiles(html) : html }],
    ["playground.js", { type: "text/javascript; charset=utf-8", body: await read("playground.js") }],
    ["playground.css", { type: "text/css; charset=utf-8", body: await read("playground.css") }],
  ]);
}

/** The page that may connect to where it came from, for the one stream of files, and nowhere else. */
function followingFiles(html: string): string {
  const policy = "connect-src 'none'";
  if (!html.includes(policy)) throw new Error("the page has no policy to change: build it again");
  return html
    .replace(policy, "connect-src 'self'")
    .replace("<title>", `<meta name="jwt-policy-files" content="${FILES_PATH}" />\n    <title>`);
}
