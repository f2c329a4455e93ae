// The options that say which token a request carries.

import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { InputError } from "../../policies/resources/input-error.js";
import { readClaimOptions, readClaims } from "../../policies/tokens/claims.js";
import { pastedToken } from "../../policies/tokens/pasted-token.js";
import { collect } from "./repeated-option.js";
import { optionText } from "../files/option-file.js";
import type { TokenSource } from "../../policies/explanation/question.js";
import type { Terminal } from "../terminal/terminal.js";

export interface TokenFlags {
  token?: string;
  tokenFile?: string;
  tokenEnv?: string;
  claim?: string[];
  claims?: string;
}

/** Adds the options to a verb. */
export function addTokenOptions(command: Command): Command {
  return command
    .optionsGroup("The token, if there is one:")
    .option(
      "--token <token>",
      "the token; - is standard input (an argument stays in the shell's history, and others see it)",
    )
    .option("--token-file <file>", "a file with the token; - is standard input")
    .option("--token-env <name>", "the environment variable with the token")
    .option(
      "--claim <name=text>",
      "a claim, or name:=JSON, of a token that is signed here; may be repeated",
      collect,
    )
    .option("--claims <JSON>", "claims as a JSON object; @FILE reads a file, @- standard input");
}

/**
 * The token that the options give; undefined if there is none.
 * @throws InputError if there are several, or one cannot be read
 */
export async function readTokenOptions(
  flags: TokenFlags,
  terminal: Terminal,
): Promise<TokenSource | undefined> {
  const given = [
    ["--token", flags.token],
    ["--token-file", flags.tokenFile],
    ["--token-env", flags.tokenEnv],
    ["--claims", flags.claims ?? flags.claim],
  ].flatMap(([option, value]) => (value === undefined ? [] : [option as string]));
  if (given.length > 1)
    throw new InputError(`${given.join(" and ")} exclude each other: a request has one token`);
  if (flags.token !== undefined) {
    if (flags.token === "-") return textOf("--token", await terminal.readInput(), terminal);
    await refuseFileName(flags.token);
    return textOf("--token", flags.token, terminal);
  }
  if (flags.tokenFile !== undefined)
    return textOf("--token-file", await optionText("--token-file", flags.tokenFile, terminal), terminal);
  if (flags.tokenEnv !== undefined) {
    const value = process.env[flags.tokenEnv];
    if (value === undefined) throw new InputError(`--token-env ${flags.tokenEnv}: there is no such variable`);
    return textOf("--token-env", value, terminal);
  }
  if (flags.claims === undefined && flags.claim === undefined) return undefined;
  const { claims = "{}" } = flags;
  const json = await claimsText(claims, terminal);
  return { claims: { ...readClaims("--claims", json), ...readClaimOptions(flags.claim ?? []) } };
}

/** Sent as a token, the name of a file would be an opaque one, and refused for what nobody has meant. @throws InputError if it is one */
async function refuseFileName(token: string): Promise<void> {
  if (token.length > MOST_NAME) return;
  const file = token.replace(/^@/, "");
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return;
  throw new InputError(`--token ${token}: this is a file; --token-file ${file} sends the token in it`);
}

/** Characters. */
const MOST_NAME = 1000;

/** What stood around a pasted token is taken away, and told; what is none is refused here, where it can be said what it is. */
function textOf(option: string, pasted: string, terminal: Terminal): TokenSource {
  const { kind, text, what, remedies, notes } = pastedToken(pasted);
  if (kind === "none") throw new InputError(`${option}: it is ${what}. ${remedies.join(" ")}`);
  for (const note of notes) {
    if (!note.startsWith("It had its scheme")) terminal.writeError(`jwt-policy: ${option}: ${note}\n`);
  }
  return { text };
}

/** What `--claims` says, or the file behind its `@`. */
export async function claimsText(option: string, terminal: Terminal): Promise<string> {
  return option.startsWith("@") ? optionText("--claims", option.slice(1), terminal) : option;
}
