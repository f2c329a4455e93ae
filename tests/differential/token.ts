// Tokens as data: a spec says which key signs what, and how the result is then broken.
import { signatureOf } from "../seeded/signature.js";
import { signingKey, type KeyName } from "./keys/keys.js";

/** The issuer of tokens whose spec names none. */
export const defaultIssuer = "https://idp.example.com/";

/**
 * A token. In claims and texts, the string `"@now"`, `"@now+60"` or `"@now-60"` (quotes included) becomes a number of seconds since 1970: of the
 * moment when the token is first sent, plus or minus that many; if that is far from the moment, one that is as far from any, so that the same
 * spec gives the same token in every run.
 */
export interface TokenSpec {
  /** Signs; default rsa. */
  readonly key?: KeyName;
  /** Header members over `{alg, kid, typ}`; `undefined` is not written, null is. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Claims over `{iss, sub, exp}`; null is written. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Default claims and header members to leave out. */
  readonly without?: readonly string[];
  /** The header's exact text, instead of header. */
  readonly headerText?: string;
  /** The payload's exact text, instead of claims. */
  readonly payloadText?: string;
  /** headerText and payloadText are bytes, one char each; otherwise they are encoded as UTF-8. */
  readonly bytes?: boolean;
  /** The algorithm that really signs, when the header lies. */
  readonly signAs?: string;
  /** RSA-PSS salt length in bytes; default the digest's. */
  readonly saltLength?: number;
  /** ECDSA signature as DER instead of r||s. */
  readonly der?: boolean;
  /** Changes to the three encoded segments, done after signing, in order. */
  readonly edits?: readonly Edit[];
}

/** A change to one segment's text (0 header, 1 payload, 2 signature). */
export type Edit =
  | { readonly segment: 0 | 1 | 2; readonly replace: string; readonly by: string }
  | { readonly segment: 0 | 1 | 2; readonly insert: string; readonly at: number }
  | { readonly segment: 0 | 1 | 2; readonly keep: number }
  | { readonly segment: 0 | 1 | 2; readonly flip: number }
  | { readonly segment: 0 | 1 | 2; readonly text: string };

const minted = new Map<string, string>();

/** Beyond so many seconds from now it does not matter how many. Envoy's skew is 60. */
const NEAR = 300;
/** The year 2001, and 2096. */
const LONG_AGO = 1_000_000_000;
const LONG_AFTER = 4_000_000_000;

let clock = () => Math.floor(Date.now() / 1000);

/** Lets `@now` be this many seconds since 1970, where the verifier's clock is given too. */
export function mintAt(seconds: number): void {
  clock = () => seconds;
  minted.clear();
}

/** The compact form of a token; the same spec gives the same token within a process. */
export function mint(spec: TokenSpec): string {
  const id = JSON.stringify(spec);
  let token = minted.get(id);
  if (token === undefined) {
    token = compact(spec);
    minted.set(id, token);
  }
  return token;
}

function compact(spec: TokenSpec): string {
  const name = spec.key ?? "rsa";
  const key = signingKey(name);
  const without = spec.without ?? [];
  const defaults = { alg: key.defaultAlg, kid: name, typ: "JWT" };
  const header = spec.headerText ?? JSON.stringify(omit({ ...defaults, ...spec.header }, without));
  const registered = { iss: defaultIssuer, sub: "alice", exp: "@now+3600" };
  const payload = spec.payloadText ?? JSON.stringify(omit({ ...registered, ...spec.claims }, without));
  const segments = [header, payload].map((text) =>
    Buffer.from(atMintingTime(text), spec.bytes === true ? "latin1" : "utf8").toString("base64url"),
  );
  const headerAlg = spec.header?.["alg"];
  const alg = spec.signAs ?? (typeof headerAlg === "string" ? headerAlg : key.defaultAlg);
  segments.push(
    signatureOf(alg, key.signer, Buffer.from(segments.join("."), "latin1"), spec).toString("base64url"),
  );
  for (const edit of spec.edits ?? []) segments[edit.segment] = edited(segments[edit.segment] ?? "", edit);
  return segments.join(".");
}

function omit(members: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

/** The text with the times that `@now` stands for. */
export function atMintingTime(text: string): string {
  return text.replace(/"@now([+-]\d+)?"/g, (_, text?: string) => {
    const shift = Number(text ?? 0);
    const base = Math.abs(shift) < NEAR ? clock() : shift < 0 ? LONG_AGO : LONG_AFTER;
    return String(base + shift);
  });
}

/** Of base64url, RFC 4648 §5. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The text with one change. A `flip` puts the next letter of the alphabet, so that two of them at one place do not undo each other. */
function edited(text: string, edit: Edit): string {
  if ("replace" in edit) return text.replaceAll(edit.replace, edit.by);
  if ("insert" in edit) return text.slice(0, edit.at) + edit.insert + text.slice(edit.at);
  if ("keep" in edit) return text.slice(0, edit.keep);
  if ("text" in edit) return edit.text;
  const next = ALPHABET.charAt((ALPHABET.indexOf(text.charAt(edit.flip)) + 1) % ALPHABET.length);
  return text.slice(0, edit.flip) + next + text.slice(edit.flip + 1);
}
