// What the walk looks like in a terminal.

import pc from "picocolors";
import type { Chapter, Step } from "./steps.js";
import { GROUPS_CLAIM } from "../issuer/registrations.js";
import { curlLine } from "./curl-line.js";
import { demoPolicies, type ListenerName } from "./policies.js";
import type { Stage } from "./stage.js";
import { TOKEN_FUNCTION, tokenLine, tokenRequests } from "./tokens.js";
import type { Answer, Difference } from "./walk.js";

const colours = pc.createColors(process.stdout.isTTY && process.env.NO_COLOR === undefined);

function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Says prose in lines that end at a blank: those that a terminal breaks it breaks within words. */
function sayProse(text: string, indent: string): void {
  const width =
    Math.max(60, Math.min(process.stdout.isTTY ? process.stdout.columns : 100, 120)) - indent.length;
  for (const line of brokenAtBlanks(text, width)) say(indent + colours.dim(line));
}

/** The text in lines of at most `width` characters, a longer word in one of its own. */
export function brokenAtBlanks(text: string, width: number): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

export function printSetting(envoy: string, stage: Stage): void {
  say(`${colours.bold("Envoy")}     ${envoy}, admin http://127.0.0.1:${stage.envoy.adminPort}`);
  say(`${colours.bold("Issuer")}    ${stage.issuers.trusted.issuer} (oidc-provider)`);
  say(
    `${colours.bold("Upstream")}  http://127.0.0.1:${stage.upstream.port} (/headers, /status/:code, /anything)`,
  );
}

/** The shell lines that get the tokens of the walk; all of them, since later lines use them. */
export function printTokenLines(stage: Stage): void {
  say();
  say(colours.bold("Tokens, as a client gets them (paste these to follow by hand)"));
  say(`  ${TOKEN_FUNCTION}`);
  for (const request of tokenRequests) say(`  ${tokenLine(request, stage.issuers)}`);
  const claims = stage.tokens.get("TOKEN")?.split(".")[1] ?? "";
  say(colours.dim(`  The first one says: ${Buffer.from(claims, "base64url").toString()}`));
}

export function printChapter(chapter: Chapter): void {
  say();
  say(colours.bold(chapter.title));
}

/** Where the steps that follow are sent, and what decides there. */
export function printListener(listener: ListenerName, port: number): void {
  const policy = demoPolicies.find((candidate) => candidate.listener === listener);
  say(`  ${colours.underline(`port ${port}: ${policy?.summary ?? ""}`)}`);
}

export function printStep(
  number: number,
  step: Step,
  port: number,
  answer: Answer,
  found: Difference[],
): void {
  const mark = found.length === 0 ? colours.green("ok") : colours.red(colours.bold("NOT AS EXPECTED"));
  say(`${String(number).padStart(3)}. ${step.title}  ${mark}`);
  say(`     $ ${colours.cyan(curlLine(step, port))}`);
  say(`     ${answer.status}  ${shown(answer)}`);
  sayProse(`why: ${step.why}`, "     ");
  for (const { what, expected, got } of found) {
    say(colours.red(`     ${what}`));
    say(`       expected: ${expected}`);
    say(`       got:      ${got}`);
  }
}

export function printSummary(steps: number, failed: number, seconds: number): void {
  say();
  const all = `${steps - failed} of ${steps} answers are those of Istio's native filters (${seconds.toFixed(1)} s)`;
  say(failed === 0 ? colours.green(all) : colours.red(all));
}

/** What can be tried while it stays up. */
export function printByHand(stage: Stage): void {
  const at = (listener: string) => `http://127.0.0.1:${stage.envoy.port(listener)}`;
  say();
  say(colours.bold("Still up. Try by hand, in another terminal (set the tokens first):"));
  const width = Math.max(...demoPolicies.map(({ listener }) => at(listener).length));
  for (const { listener, summary } of demoPolicies) say(`  ${at(listener).padEnd(width)}  ${summary}`);
  const lines: [string, string][] = [
    [
      `curl -si -H "Authorization: Bearer $TOKEN" ${at("no-policy")}/headers`,
      "the claims, as the upstream sees them",
    ],
    [`curl -si "${at("no-policy")}/anything?access_token=$TOKEN&x=1"`, "a token in the query"],
    [
      `curl -si -H "Authorization: Bearer \${TOKEN}x" ${at("no-policy")}/headers`,
      "a signature that is not right",
    ],
    [`curl -s http://127.0.0.1:${stage.envoy.adminPort}/stats?filter=wasm`, "the filter's metrics"],
  ];
  say();
  for (const [line, remark] of lines) say(`  ${colours.cyan(line)}  ${colours.dim(`# ${remark}`)}`);
  say();
  say("Ctrl-C stops everything.");
}

function shown(answer: Answer): string {
  if (answer.status !== 200) return answer.body === "" ? "(no body)" : answer.body;
  if (answer.payload === undefined) return "the upstream sees no X-Jwt-Payload";
  return `X-Jwt-Payload: ${answer.payload.slice(0, 24)}… = ${claimsInShort(answer.payload)}`;
}

/** The claims that the policies of the walk look at, out of a base64url payload. */
function claimsInShort(payload: string): string {
  try {
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const { sub, aud, scope } = claims;
    return JSON.stringify({ sub, aud, scope, [GROUPS_CLAIM]: claims[GROUPS_CLAIM] });
  } catch {
    return "(no JSON)";
  }
}
