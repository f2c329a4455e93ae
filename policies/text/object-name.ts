// Names of Kubernetes objects.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Longest suffix that another object of the workload has after its name. */
export const LONGEST_SUFFIX = "-direct-address".length;

/** Digits of a hash in a name. */
export const HASH_DIGITS = 8;

/** The first hexadecimal digits of a text's SHA-256: they tell two objects apart whose names would be the same. */
export function shortHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, HASH_DIGITS);
}

/** What a DNS label may have of a text (RFC 1123 §2.1, as Kubernetes reads it), at most that long. */
export function nameWords(text: string, length: number): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, length)
    .replace(/-$/, "");
}

/** Whether Kubernetes takes a name, with room for suffixes: a DNS subdomain (RFC 1123). */
export function isObjectName(name: string): boolean {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  return name.length <= 253 - LONGEST_SUFFIX && new RegExp(`^${label}(\\.${label})*$`).test(name);
}

/** Whether a namespace may have this name: a DNS label (RFC 1123). */
export function isLabelName(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

/** Whether Kubernetes takes this for the value of a label. */
export function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?$/.test(value);
}
