// The option `--jwks`: key sets from files, in place of those that the rules fetch or hold.

import { keySetRemedy } from "../../policies/evaluation/given-key-sets.js";
import type { GivenKeys } from "../../policies/evaluation/given-keys.js";
import { furtherJwksUrisIn } from "../../policies/plugin-config/configured-key-sources.js";
import { issuerOf, jwtRulesIn } from "../../policies/plugin-config/jwt-rules.js";
import { InputError } from "../../policies/resources/input-error.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import { optionFileText } from "../files/option-file.js";

/**
 * Reads `issuer=file` options. The file's name begins behind the last equals sign: a URI may have some of its own.
 * @throws InputError if a file cannot be read or holds no JSON
 */
export async function readGivenKeys(options: readonly string[]): Promise<GivenKeys> {
  const keys = new Map<string, string>();
  for (const option of options) {
    const equals = option.lastIndexOf("=");
    const [issuer, file] = [option.slice(0, equals), option.slice(equals + 1)];
    if (equals < 1 || file === "") {
      throw new InputError(`--jwks ${option}: expected issuer=file, as https://idp.example.com/=jwks.json`);
    }
    if (keys.has(issuer)) throw new InputError(`--jwks ${issuer} is there twice: put all keys into one file`);
    keys.set(issuer, await readKeySet(file));
  }
  return keys;
}

/**
 * A key set that no rule uses is a slip in an issuer's name.
 * @throws InputError
 */
export function checkIssuers(configuration: JsonObject, keys: GivenKeys): void {
  const known = [
    ...jwtRulesIn(configuration).flatMap((rule) =>
      [issuerOf(rule), rule["jwksUri"]].filter((one) => typeof one === "string"),
    ),
    ...furtherJwksUrisIn(configuration),
  ];
  for (const name of keys.keys()) {
    if (known.includes(name)) continue;
    throw new InputError(
      `--jwks ${name}: no rule has this issuer or jwksUri; there are ${known.join(", ") || "none"}`,
    );
  }
}

async function readKeySet(file: string): Promise<string> {
  const text = await optionFileText("--jwks", file);
  try {
    JSON.parse(text);
  } catch {
    const remedy = keySetRemedy(text) ?? 'Expected {"keys": [...]}.';
    throw new InputError(`--jwks: ${file} holds no JSON. ${remedy}`);
  }
  return text;
}
