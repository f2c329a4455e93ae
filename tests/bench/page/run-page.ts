// `npm run bench:page`: how long the playground takes in a browser, and how much it is to load. Prints; asserts nothing.

import { readdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { startPlayground, type OpenedPage } from "../../playground/opened-page.js";

const ROUNDS = 15;

/** What the page waits for after a keystroke (playground/page.ts). */
const PAUSE = 120;

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!;
const told = (times: readonly number[]) =>
  `${median(times).toFixed(0)} ms (median of ${times.length}; ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;

/** An issuer, and policies of two rules each for it, of which the last allows the request. */
function policies(count: number): string {
  const authentication = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec: { jwtRules: [{ issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/keys" }] }
`;
  const one = (i: number) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: policy-${i}, namespace: foo }
spec:
  rules:
    - from: [{ source: { requestPrincipals: ["https://idp.example.com//client-${i}"] } }]
      to: [{ operation: { methods: [GET], paths: ["/service-${i}/*"] } }]
    - to: [{ operation: { methods: [POST], paths: ["/service-${i}/{*}/orders"] } }]
      when: [{ key: "request.auth.claims[scope]", values: [write-${i}] }]
`;
  return [authentication, ...Array.from({ length: count }, (_, i) => one(i))].join("---\n");
}

/** Milliseconds from a keystroke in the URL to its answer, without the pause. */
async function answerTime(opened: OpenedPage, url: string): Promise<number> {
  await opened.answered();
  return (
    (await opened.page.evaluate(async (text) => {
      const answer = document.getElementById("answer")!;
      const field = document.getElementById("url") as HTMLInputElement;
      const done = new Promise<number>((resolve) => {
        new MutationObserver((_, observer) => {
          if (answer.getAttribute("aria-busy") !== "false") return;
          observer.disconnect();
          resolve(performance.now());
        }).observe(answer, { attributes: true });
      });
      field.value = text;
      const start = performance.now();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return (await done) - start;
    }, url)) - PAUSE
  );
}

async function coldTimes(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const playground = await startPlayground();
    try {
      const { page } = await playground.open();
      times.push(await page.evaluate(() => performance.now()));
    } finally {
      await playground.close();
    }
  }
  return times;
}

async function furtherTimes(count: number): Promise<{ allowed: number[]; denied: number[] }> {
  const playground = await startPlayground();
  try {
    const opened = await playground.open();
    await opened.choose("Claims");
    await opened.page.locator("#claims").fill('{"sub": "client-7", "scope": "read"}');
    await opened.write(policies(count));
    const times: { allowed: number[]; denied: number[] } = { allowed: [], denied: [] };
    for (let i = 0; i < ROUNDS; i++) {
      times.allowed.push(await answerTime(opened, `/service-7/${i}`));
      times.denied.push(await answerTime(opened, `/service-8/${i}`));
    }
    return times;
  } finally {
    await playground.close();
  }
}

async function sizes(): Promise<string> {
  const directory = join(repositoryRoot, "build", "playground");
  let [plain, gzip, brotli] = [0, 0, 0];
  for (const file of (await readdir(directory)).filter((name) => !name.endsWith(".txt"))) {
    const bytes = await readFile(join(directory, file));
    plain += bytes.length;
    gzip += gzipSync(bytes, { level: 9 }).length;
    brotli += brotliCompressSync(bytes).length;
  }
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
  return `${kB(gzip)} through gzip, ${kB(brotli)} through Brotli, ${kB(plain)} as it is`;
}

const [cpu] = cpus();
process.stdout.write(`On ${cpus().length} cores of ${cpu?.model ?? "an unknown machine"}, Chromium:\n`);
process.stdout.write(`size, with the filter: ${await sizes()}\n`);
process.stdout.write(`first answer, cold:    ${told(await coldTimes())}\n`);
for (const count of [1, 100]) {
  const { allowed, denied } = await furtherTimes(count);
  process.stdout.write(
    `${count} policies, allowed:  ${told(allowed)}\n${count} policies, denied:   ${told(denied)}\n`,
  );
}
