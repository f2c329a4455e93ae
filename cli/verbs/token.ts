// The verb `token`: a signed token for development, and the key set that verifies it; or what a token says.

import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { ExitCode } from "../terminal/exit-code.js";
import { InputError } from "../../policies/resources/input-error.js";
import { parseGoDuration } from "../../policies/golang/duration.js";
import { readInstant } from "../options/instant-option.js";
import { readClaimOptions, readClaims, type Claims } from "../../policies/tokens/claims.js";
import { KeyTextError, readSigningKey } from "../files/signing-key-file.js";
import { signToken, tokenHeader } from "../../policies/tokens/sign-token.js";
import { algorithmNames, type AlgorithmName } from "../../policies/tokens/signature-algorithm.js";
import {
  generateSigningKey,
  keySet,
  privateJwk,
  type SigningKey,
} from "../../policies/tokens/signing-key.js";
import { collect } from "../options/repeated-option.js";
import { optionFileText } from "../files/option-file.js";
import { fileFault } from "../files/source-files.js";
import type { Terminal } from "../terminal/terminal.js";
import { jsonText } from "../../policies/text/printable.js";
import { refuseUnused } from "../options/unused-options.js";
import { addOptionalWorkloadOptions } from "../options/workload-options.js";
import { claimsText } from "../options/token-options.js";
import { showVerb, type ShowFlags } from "./show-token.js";

interface Flags extends ShowFlags {
  issuer?: string;
  subject?: string;
  audience?: string[];
  claim?: string[];
  claims?: string;
  expiresIn?: string;
  tokenOut?: string;
  algorithm?: AlgorithmName;
  kid?: string;
  key?: string;
  keyOut?: string;
  jwksOut?: string;
}

/** How files are written: a secret is readable by its owner alone, and a new key takes no other's place. */
type WriteOptions = { readonly mode?: number; readonly flag?: "wx" };
const secret: WriteOptions = { mode: 0o600 };
const newSecret: WriteOptions = { ...secret, flag: "wx" };

const examples = `
Examples:
  jwt-policy token --issuer https://idp.example.com/ --subject alice --jwks-out jwks.json
  jwt-policy token --issuer https://idp.example.com/ --claim scope="read:database write:database" \\
                   --claim groups:='["admin", "db-admin"]' --key-out key.json --jwks-out jwks.json
  jwt-policy token --issuer https://idp.example.com/ --subject bob --key key.json    the same JWKS verifies it
  jwt-policy token --claims @claims.json --expires-in -5m --key key.json             expired five minutes ago
  jwt-policy token --show token.txt                                                  what does it say?
  pbpaste | jwt-policy token --show policies/ --for foo/app=httpbin                  and which rule takes it?
  curl -H "Authorization: Bearer $(jwt-policy token --issuer https://idp.example.com/ --key key.json)" localhost:10000/

These tokens are for development: whoever trusts the JWKS trusts everybody who can read the private key.
`;

/** Adds `token` to the program. */
export function tokenVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command("token")
    .summary("sign a token for development, with its JWKS; --show tells what a token says")
    .description(
      "Sign a token, and write the key set (JWKS) that verifies it. The token goes to standard output. Without --key a " +
        "new key is made, which ends with the call unless --key-out keeps it. With --show, tell what a token says: header, " +
        "claims, times in words, and which rule of policies would take it. Nothing is fetched, and nothing is verified " +
        "unless the rule has its keys or --jwks gives them. No token is printed.",
    )
    .argument("[paths...]", "with --show: files and directories with policies; - is standard input")
    .option("--issuer <uri>", "the claim iss")
    .option("--subject <name>", "the claim sub")
    .option("--audience <name>", "the claim aud; may be repeated", collect)
    .option("--claim <name=text>", "another claim, or name:=JSON; may be repeated", collect)
    .option("--claims <JSON>", "claims as a JSON object; @FILE reads a file, @- standard input")
    .option(
      "--expires-in <duration>",
      'life of the token, as 1h, 90s, -5m; "never" for no exp (default: "1h")',
    )
    .option("--now <time>", "the time of issue, if it is not the present; with --show what times are told by")
    .option("--token-out <file>", "write the token to this file instead of standard output")
    .optionsGroup("Key:")
    .addOption(
      new Option("--algorithm <alg>", 'the signature (default: what fits --key, else "RS256")').choices(
        algorithmNames,
      ),
    )
    .option("--kid <id>", "the key's id (default: its thumbprint)")
    .option("--key <file>", "sign with this private key, a JWK or PEM")
    .option("--key-out <file>", "keep the new private key in this file, as a JWK")
    .option("--jwks-out <file>", "write the key set to this file")
    .optionsGroup("Instead of signing one:")
    .option(
      "--show [token]",
      "tell what a token says: the token itself, or a file with it (default: standard input)",
    )
    .option("--token-file <file>", "a file with the token to show; - is standard input")
    .option("--token-env <name>", "the environment variable with the token to show")
    .option("--jwks <issuer=file>", "the keys of an issuer, to verify it; may be repeated", collect)
    .option("--config <file>", "a plugin configuration in place of policies");
  addOptionalWorkloadOptions(command)
    .optionsGroup("Output:")
    .option("--json", "JSON: token, header, claims and jwks; with --show what it says (docs/explain.md)")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: Flags) => {
      const isOfBoth = (long: string) => ["--now", "--json"].includes(long);
      if (flags.show === undefined) {
        const isOfShow = (long: string) => !isOfBoth(long) && !signing.has(long);
        refuseUnused(command, isOfShow, "only with --show; without it a token is signed");
        if (paths.length > 0) throw new InputError(`${paths[0]!}: policies are read with --show alone`);
        finish(await token(flags, terminal));
        return;
      }
      refuseUnused(command, (long) => signing.has(long), "not with --show, which signs nothing");
      finish(await showVerb(paths, flags, terminal));
    });
}

/** The options that say what is signed, and how. */
const signing: ReadonlySet<string> = new Set(
  ["issuer", "subject", "audience", "claim", "claims", "expires-in", "token-out"]
    .concat(["algorithm", "kid", "key", "key-out", "jwks-out"])
    .map((name) => `--${name}`),
);

async function token(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const claims = await readAllClaims(flags, terminal);
  const key = await signingKey(flags);
  const jwks = keySet([key]);
  const signed = await signToken(key, claims);
  if (flags.keyOut !== undefined) await write("--key-out", flags.keyOut, await privateJwk(key), newSecret);
  if (flags.jwksOut !== undefined) {
    // The key set of an HMAC algorithm is the secret itself.
    await write("--jwks-out", flags.jwksOut, jwks, key.signer.type === "secret" ? secret : {});
  }
  if (flags.tokenOut !== undefined) await writeText("--token-out", flags.tokenOut, `${signed}\n`, secret);
  if (flags.json) {
    terminal.write(jsonText({ token: signed, header: tokenHeader(key), claims, jwks }));
    return ExitCode.ok;
  }
  if (flags.tokenOut === undefined) terminal.write(`${signed}\n`);
  if ([flags.key, flags.keyOut, flags.jwksOut].every((file) => file === undefined)) {
    terminal.writeError(
      "jwt-policy: nothing will verify this token: --jwks-out keeps its key set, --key-out its key\n",
    );
  }
  return ExitCode.ok;
}

/** Options that name a claim win over --claim, and that over --claims. */
async function readAllClaims(flags: Flags, terminal: Terminal): Promise<Claims> {
  const now = readInstant("--now", flags.now) ?? Math.floor(Date.now() / 1000);
  const { issuer, subject, audience, expiresIn } = flags;
  const named = {
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(audience === undefined ? {} : { aud: audience.length === 1 ? audience[0] : audience }),
  };
  const given = {
    ...(flags.claims === undefined ? {} : readClaims("--claims", await claimsText(flags.claims, terminal))),
    ...readClaimOptions(flags.claim ?? []),
  };
  const expiry = expiryOf(expiresIn ?? "1h", now);
  return { ...named, iat: now, ...expiry, ...given, ...named, ...(expiresIn === undefined ? {} : expiry) };
}

function expiryOf(life: string, now: number): { exp?: number } {
  if (life === "never") return {};
  const nanoseconds = parseGoDuration(life);
  if (nanoseconds === undefined) {
    throw new InputError(`--expires-in ${life}: expected a duration such as 1h, 90s or -5m, or "never"`);
  }
  return { exp: now + Number(nanoseconds / 1_000_000_000n) };
}

async function signingKey({ key, keyOut, algorithm, kid }: Flags): Promise<SigningKey> {
  if (key === undefined) return generateSigningKey(algorithm ?? "RS256", kid);
  if (keyOut !== undefined) throw new InputError("--key and --key-out exclude each other");
  const text = await optionFileText("--key", key);
  try {
    return await readSigningKey(text, algorithm, kid);
  } catch (error) {
    if (!(error instanceof KeyTextError)) throw error;
    throw new InputError(`--key ${key}: ${error.message}`);
  }
}

const write = (option: string, file: string, content: object, how: WriteOptions): Promise<void> =>
  writeText(option, file, `${JSON.stringify(content, null, 2)}\n`, how);

async function writeText(option: string, file: string, text: string, how: WriteOptions): Promise<void> {
  await writeFile(file, text, how).catch((error: unknown) => {
    throw new InputError(`${option}: cannot write ${file}: ${fileFault(error)}`);
  });
}
