// Tokens as data: a spec says which key signs what, and how the result is then broken.
import { createHmac, sign, constants, type KeyObject } from "node:crypto";
import { signingKey, type KeyName } from "./keys.js";

/** The issuer of tokens whose spec names none. */
export const defaultIssuer = "https://idp.example.com/";

/**
 * A token. In claims and texts, the string `"@now"`, `"@now+60"` or `"@now-60"` (quotes included) becomes the number of
 * seconds since 1970 at the moment of minting, plus or minus that many.
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
/** Seconds since 1970 that `@now` stands for. */
export const mintingTime = Math.floor(Date.now() / 1000);

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
  segments.push(signature(alg, key.signer, segments.join("."), spec).toString("base64url"));
  for (const edit of spec.edits ?? []) segments[edit.segment] = edited(segments[edit.segment] ?? "", edit);
  return segments.join(".");
}

function omit(members: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function atMintingTime(text: string): string {
  return text.replace(/"@now([+-]\d+)?"/g, (_, shift?: string) => String(mintingTime + Number(shift ?? 0)));
}

function signature(alg: string, signer: KeyObject | Buffer, input: string, spec: TokenSpec): Buffer {
  const data = Buffer.from(input, "latin1");
  const digest = `sha${/(256|384|512)$/.exec(alg)?.[1] ?? "256"}`;
  if (Buffer.isBuffer(signer)) return createHmac(digest, signer).update(data).digest();
  switch (signer.asymmetricKeyType) {
    case "ed25519":
      return sign(null, data, signer);
    case "ec":
      return sign(digest, data, { key: signer, dsaEncoding: spec.der === true ? "der" : "ieee-p1363" });
    default:
      if (!alg.startsWith("PS")) return sign(digest, data, signer);
      return sign(digest, data, {
        key: signer,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: spec.saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST,
      });
  }
}

function edited(text: string, edit: Edit): string {
  if ("replace" in edit) return text.replaceAll(edit.replace, edit.by);
  if ("insert" in edit) return text.slice(0, edit.at) + edit.insert + text.slice(edit.at);
  if ("keep" in edit) return text.slice(0, edit.keep);
  if ("text" in edit) return edit.text;
  const old = text.charAt(edit.flip);
  return text.slice(0, edit.flip) + (old === "A" ? "B" : "A") + text.slice(edit.flip + 1);
}
