// Key sets that a user gives, put to the filter before anything else is: a fault in one is the user's file's, not the policies'.

import { InputError } from "../resources/input-error.js";
import { isObject } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { textFromBase64url } from "../text/base64url.js";
import { faultsOf, type Filter } from "./filter.js";
import type { GivenKeys } from "./given-keys.js";

/**
 * Asks the filter about each key set.
 * @param option what gives them, for the message: `--jwks`
 * @throws InputError with the key at fault, and what to do
 */
export async function checkGivenKeys(filter: Filter, given: GivenKeys, option: string): Promise<void> {
  for (const [name, text] of given) {
    const fault = await filterFault(filter, text);
    if (fault === undefined) continue;
    const remedy = keySetRemedy(text);
    throw new InputError(
      `${option} ${name}: the filter refuses this key set: ${fault}${remedy === undefined ? "" : `. ${remedy}`}`,
    );
  }
}

/** What the filter says of a key set; undefined if it takes it. */
async function filterFault(filter: Filter, jwks: string): Promise<string | undefined> {
  const rule = { issuer: "https://given.example/", jwks };
  const configuration = { requestAuthentications: [{ name: "given", namespace: "given", jwtRules: [rule] }] };
  const faults = await faultsOf(filter, configuration);
  return faults.length === 0
    ? undefined
    : faults.map((fault) => fault.replace(/^[\w.[\]]*jwks: /, "")).join("; ");
}

/** What people mistake for a key set, or get wrong in a key, and what to do; undefined if there is no more to say than the filter does. */
export function keySetRemedy(text: string): string | undefined {
  if (/^\s*-----BEGIN /.test(text)) {
    return "This is PEM; a key set is JSON: jwt-policy token --key FILE --jwks-out jwks.json writes that of a private key.";
  }
  if (/^\s*</.test(text)) return "This is a web page: look at what the address answers.";
  let set: Json;
  try {
    set = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(set)) return 'Expected {"keys": [...]}.';
  const { keys } = set;
  if (typeof set["jwks_uri"] === "string") {
    return `This is the provider configuration; the key set is what ${set["jwks_uri"]} answers.`;
  }
  // The filter says itself what a single key is.
  if (!Array.isArray(keys)) return undefined;
  if (keys.length === 0) return "The list of keys is empty.";
  for (const [i, key] of keys.entries()) {
    const remedy = isObject(key) ? keyRemedy(key) : "Each key is a JSON object.";
    if (remedy !== undefined) return `keys[${i}]: ${remedy}`;
  }
  return undefined;
}

const keyTypes = ["RSA", "EC", "OKP", "oct"];
const encodedMembers = ["n", "e", "x", "y", "k"];

function keyRemedy(key: JsonObject): string | undefined {
  const { kty, n, x5c } = key;
  if (typeof kty === "string") {
    const written = keyTypes.find((one) => one.toLowerCase() === kty.toLowerCase());
    if (written !== undefined && written !== kty) return `kty is "${kty}"; it is written "${written}".`;
  }
  // What istiod puts in place of keys that it could not fetch (pilot/pkg/model/jwks_resolver.go, CreateFakeJwks).
  if (typeof n === "string" && textFromBase64url(n).startsWith("Error-IstiodFailedToFetchJwks")) {
    return "it is what istiod puts in place of keys that it could not fetch: look into istiod's log, and take the key set from the issuer itself.";
  }
  for (const name of encodedMembers) {
    const value = key[name];
    if (typeof value === "string" && /[+/=]/.test(value)) {
      return `${name} is in base64 with "+", "/" or "="; key sets have base64url (RFC 7517 §3): "-" for "+", "_" for "/", no "=".`;
    }
  }
  if (kty === "RSA" && n === undefined && Array.isArray(x5c)) {
    return "it has a certificate alone (x5c); the filter needs the key itself, n and e, as Envoy does.";
  }
  return undefined;
}
