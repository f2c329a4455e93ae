// What Istio takes for a key set: lestrrat-go/jwx v1 jwk.Parse, which istiod's webhook calls on `jwks`.

import { fromBase64url } from "../../text/base64url.js";
import { isCertificate } from "./certificate.js";

export interface KeySetReport {
  /** Why Istio refuses the text; undefined if it does not. */
  readonly fault: string | undefined;
  /** Indices of keys that are private or symmetric. */
  readonly privateKeys: readonly number[];
}

/** Members that a key of a type must have; those in base64 first. */
const keyTypes: Readonly<
  Record<string, { readonly encoded: readonly string[]; readonly text: readonly string[] }>
> = {
  RSA: { encoded: ["n", "e"], text: [] },
  EC: { encoded: ["x", "y"], text: ["crv"] },
  OKP: { encoded: ["x"], text: ["crv"] },
  oct: { encoded: ["k"], text: [] },
};

const stringMembers = ["alg", "kid", "use", "x5u", "x5t", "x5t#S256"];

/** Reads a key set, or a single key, as Istio does. */
export function inspectKeySet(text: string): KeySetReport {
  const refused = (fault: string): KeySetReport => ({ fault, privateKeys: [] });
  const value = firstJsonValue(text);
  if (value === undefined) return refused("not JSON");
  if (!isObject(value)) return refused("not a JSON object");
  if (!("keys" in value)) {
    const fault = keyFault(value);
    return fault === undefined ? { fault, privateKeys: isPrivate(value) ? [0] : [] } : refused(fault);
  }
  const { keys } = value;
  if (keys !== null && !Array.isArray(keys)) return refused("keys is not a list");
  const list: readonly unknown[] = keys ?? [];
  for (const [i, key] of list.entries()) {
    const fault = keyFault(key);
    if (fault !== undefined) return refused(`key ${i}: ${fault}`);
  }
  return { fault: undefined, privateKeys: [...list.keys()].filter((i) => isPrivate(list[i])) };
}

/** Go's decoder reads one value and leaves what follows; so does this, for a value in braces. */
function firstJsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    let close = text.indexOf("}");
    for (; close >= 0; close = text.indexOf("}", close + 1)) {
      try {
        return JSON.parse(text.slice(0, close + 1));
      } catch {
        continue;
      }
    }
    return undefined;
  }
}

function keyFault(key: unknown): string | undefined {
  if (!isObject(key)) return "not a JSON object";
  const { kty } = key;
  const type = typeof kty === "string" && Object.hasOwn(keyTypes, kty) ? keyTypes[kty] : undefined;
  if (type === undefined) return `no key type that Istio knows: ${typeof kty === "string" ? kty : "none"}`;
  for (const name of [...type.text, ...type.encoded]) {
    if (key[name] === undefined || (key[name] === null && type.encoded.includes(name)))
      return `${name} is missing`;
  }
  for (const name of [...type.text, ...stringMembers]) {
    if (key[name] !== undefined && key[name] !== null && typeof key[name] !== "string")
      return `${name} is no string`;
  }
  for (const name of [...type.encoded, "d"]) {
    if (key[name] !== undefined && key[name] !== null && !isBase64(key[name])) return `${name} is no base64`;
  }
  const operations = key["key_ops"];
  if (operations !== undefined && !isStringList(operations)) return "key_ops is no list of strings";
  return certificateFault(key["x5c"]);
}

function certificateFault(chain: unknown): string | undefined {
  if (chain === undefined) return undefined;
  if (!isStringList(chain)) return "x5c is no list of strings";
  const isSound = chain.every((certificate) => isCertificate(fromBase64url(certificate)));
  return isSound ? undefined : "x5c has something that is no certificate";
}

/** jwx takes both alphabets, with padding or without. */
function isBase64(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const padded = value.endsWith("=");
  const digits = value.replace(/={1,2}$/, "");
  const alphabet = /[+/]/.test(value) ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/;
  return alphabet.test(digits) && digits.length % 4 !== 1 && (!padded || value.length % 4 === 0);
}

function isPrivate(key: unknown): boolean {
  return isObject(key) && (key["kty"] === "oct" || "d" in key);
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
