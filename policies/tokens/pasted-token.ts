// What somebody has pasted where a token belongs: taken out of what stands around it, and told apart from what is no token that Envoy takes.

import { isObject } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { textFromBase64url } from "../text/base64url.js";
import { printable } from "../text/printable.js";
import { jsonToken } from "./json-token.js";
import { opaqueKind } from "./opaque-token.js";
import { unverifiedClaims, unverifiedHeader } from "./unverified-token.js";

/**
 * `jwt`: three parts whose header and claims can be read. `jwe`: encrypted. `opaque`: a reference that only its issuer understands.
 * `broken`: begins as a token and is cut or changed. `none`: something else.
 */
export type PastedKind = "jwt" | "jwe" | "opaque" | "broken" | "none";

export interface PastedToken {
  readonly kind: PastedKind;
  /** The token as it would be sent; empty where there is none. */
  readonly text: string;
  /** What it is, for people: `a JWT`, `an encrypted token (JWE)`. Has no part of the token. */
  readonly what: string;
  readonly remedies: readonly string[];
  /** What stood around the token and was taken away, a sentence each. */
  readonly notes: readonly string[];
}

/** Tells what a text is. */
export function pastedToken(pasted: string): PastedToken {
  const notes: string[] = [];
  let text = pasted;
  for (let layers = 0; layers < MOST_LAYERS; layers++) {
    const layer = unwrapped(text.trim());
    if (layer === undefined) break;
    if ("found" in layer) return { ...layer.found, notes: [...notes, ...layer.found.notes] };
    text = layer.text;
    if (layer.note !== undefined) notes.push(layer.note);
  }
  return { ...kindOf(text.trim()), notes };
}

/** A token in quotes in JSON in quotes: more than anybody pastes. */
const MOST_LAYERS = 8;

type Layer =
  { readonly text: string; readonly note: string | undefined } | { readonly found: PastedToken } | undefined;

/** One layer less around the token; undefined if there is none to take away. */
function unwrapped(text: string): Layer {
  const visible = text.replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, "");
  if (visible !== text)
    return {
      text: visible,
      note: "It had characters that nobody sees; the token must be sent without them.",
    };
  const quoted = /^(["'`“”‘’«»])([^]*)(["'`“”‘’«»])[,;]?$/.exec(text)?.[2];
  if (quoted !== undefined)
    return { text: quoted, note: "It stood in quotes; the token must be sent without them." };
  if (text.startsWith("{") || text.startsWith("[")) return fromJson(text);
  const scheme = /^(?:(?:authorization|proxy-authorization)\s*:\s*)?(bearer|jwt|dpop|token)\s+(?=\S)/i.exec(
    text,
  );
  if (scheme !== null) {
    const note =
      scheme[1]!.toLowerCase() === "bearer"
        ? "It had its scheme, Bearer, in front, as in the Authorization header; that is no part of the token."
        : `It had "${printable(scheme[1]!)}" in front; a RequestAuthentication looks for "Bearer " unless fromHeaders says otherwise.`;
    return { text: text.slice(scheme[0].length), note };
  }
  const assigned = /^(?:export\s+|set\s+)?\$?(?:env:)?[A-Za-z_][\w-]*\s*[=:]\s*(?=["']?ey[A-Za-z0-9])/.exec(
    text,
  );
  if (assigned !== null)
    return {
      text: text.slice(assigned[0].length),
      note: "It had a name in front; that is no part of the token.",
    };
  if (/^ey[\w-]*[\s\w.-]*$/.test(text) && /\s/.test(text)) {
    return {
      text: text.replaceAll(/\s+/g, ""),
      note: "It was broken into several lines or had blanks; the token must be sent as one word.",
    };
  }
  if (/^ey[\w-]*(?:%2e|%3d)/i.test(text))
    return { text: percentDecoded(text), note: "It was percent-encoded, as in a URL." };
  const inner = decodedToken(text);
  if (inner !== undefined)
    return {
      text: inner,
      note: "It was in base64, as in a Kubernetes Secret: decode it before you send it (base64 -d).",
    };
  return amongOthers(text);
}

/** A token in the middle of something else: a line of curl, a URL, a cookie. */
function amongOthers(text: string): Layer {
  const found = [...new Set(text.match(/\bey[\w-]{8,}(?:\.[\w-]*){2,4}/g) ?? [])].filter(
    (one) => unverifiedHeader(one) !== undefined,
  );
  const [token, ...others] = found;
  if (token === undefined || token === text) return undefined;
  // What goes on behind it is part of a broken token, not something around it.
  if (text.startsWith(token) && /^[^\s&;,"']/.test(text.slice(token.length))) return undefined;
  const more = others.length === 0 ? "" : ` There are ${others.length} others in it; this is the first.`;
  return { text: token, note: `The token stood among other text, which is no part of it.${more}` };
}

function fromJson(text: string): Layer {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return amongOthers(text);
  }
  const found = jsonToken(json);
  if (found.kind === "token") return { text: found.text, note: found.note };
  return { found: { kind: "none", text: "", what: found.what, remedies: [found.remedy], notes: [] } };
}

/** The token whose base64 this is: `ZXlK` is that of `eyJ`. */
function decodedToken(text: string): string | undefined {
  if (!/^ZXlK[A-Za-z0-9+/_-]+={0,2}$/.test(text.replaceAll(/\s/g, ""))) return undefined;
  const inner = textFromBase64url(text);
  return /^ey[\w-]+\.[\w-]+\./.test(inner) ? inner.trim() : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll("%", "");
  }
}

type Told = Omit<PastedToken, "notes">;

function kindOf(text: string): Told {
  if (text === "" || /^bearer$/i.test(text))
    return none("no token: the token is empty", "Look at what should have written it.");
  if (/^(null|undefined|none|nil)$/i.test(text))
    return none(`no token: the word ${text} stands in its place`, "Look at what should have written it.");
  const parts = text.split(".");
  const header = unverifiedHeader(text);
  if (parts.length === 5 && (header !== undefined || text.startsWith("ey"))) return encrypted(text, header);
  if (parts.length === 3 && header !== undefined) {
    if (unverifiedClaims(text) !== undefined) {
      if (parts[2] !== "") return { kind: "jwt", text, what: "a JWT", remedies: [] };
      const remedy =
        "It has no signature, so anybody can write it and nobody takes it: have the issuer sign it.";
      return { kind: "jwt", text, what: "an unsigned JWT", remedies: [remedy] };
    }
    return broken(text, "a token whose header can be read and whose claims cannot");
  }
  if (/^ey[\w-]/.test(text)) return broken(text, brokenText(parts.length));
  const [what, remedy] = opaqueKind(text) ?? notAToken(text);
  if (what === undefined) {
    return none("no token: a token has no blanks and is one line", "Give the token alone.");
  }
  return { kind: what.startsWith("an opaque") ? "opaque" : "none", text, what, remedies: [remedy] };
}

const none = (what: string, remedy: string): Told => ({ kind: "none", text: "", what, remedies: [remedy] });

function notAToken(text: string): readonly [string, string] | readonly [undefined, string] {
  return /\s/.test(text)
    ? [undefined, ""]
    : [
        "an opaque token: a reference, in which nothing can be read",
        "Only its issuer can tell what it stands for (introspection, RFC 7662); Envoy and Istio verify JWTs alone. Ask the issuer for a JWT access token: with many issuers that means naming the API in the token request, as audience or resource.",
      ];
}

function encrypted(text: string, header: JsonObject | undefined): Told {
  // Auth0 encrypts to itself what no API has been named for.
  const toItself = header?.["alg"] === "dir" && isObject(header) && typeof header["iss"] === "string";
  return {
    kind: "jwe",
    text,
    what: "an encrypted token (JWE, five parts): its claims can be read by nobody but whom it is encrypted for",
    remedies: [
      "Envoy, Istio and this filter take signed tokens (JWS, three parts) and decrypt nothing: have the issuer sign the token and not encrypt it.",
      ...(toItself
        ? [
            "An issuer that encrypts to itself (alg dir) often does so because the token request named no API: name it as audience.",
          ]
        : []),
    ],
  };
}

function broken(text: string, what: string): Told {
  return {
    kind: "broken",
    text,
    what,
    remedies: ["It has been cut or changed on its way: compare its length with what the issuer gave out."],
  };
}

function brokenText(parts: number): string {
  if (parts === 1) return "the beginning of a token: one part, and a signed token has three";
  if (parts === 2) return "a token without its signature: two parts, and a signed token has three";
  if (parts === 3) return "a token whose header cannot be read";
  return `something that begins like a token and has ${parts} parts; a signed token has three`;
}
