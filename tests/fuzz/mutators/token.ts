// Changes to a token's header and payload below their base64url, signed anew, so that the checks behind the signature are reached.

import type { Random } from "../../seeded/random.js";
import { signedAlgorithms, signedToken, signatureOf } from "../signing-keys.js";
import { mutateBytes } from "./bytes.js";
import { mutateJson } from "./json.js";
import { tokenWords, jsonPieces } from "./dictionary.js";

const words = [...tokenWords, ...jsonPieces];

/** `token` with changed parts; `other` is another token. */
export function mutateToken(token: string, random: Random, other: string): string {
  if (random.once(3))
    return mutateBytes(
      token,
      random,
      [".", "..", "=", "==", " ", "-", "_", "AAAA", "e30", ...tokenWords],
      other,
    );
  const [header = "", payload = "", signature = ""] = token.split(".").filter((part) => part !== "");
  const parts = [decode(header), decode(payload)];
  const which = random.once(3) ? 0 : 1;
  parts[which] = mutateText(parts[which]!, random, decode(other.split(".")[which] ?? ""));
  const algorithm = random.pick(signedAlgorithms);
  // Often the header says what the signature is; else the two disagree, and the signature is refused.
  if (random.once(2))
    parts[0] = parts[0]!
      .replace(/"alg"\s*:\s*"[^"]*"/, `"alg":"${algorithm}"`)
      .replace(/"kid"\s*:\s*"[^"]*"/, '"kid":""');
  if (random.once(8)) return [...parts.map(encode), signature].join(".");
  if (random.once(8)) return withUnusualParts(parts.map(encode), random);
  return signedToken(algorithm, parts[0]!, parts[1]!);
}

/** JSON if it is JSON, and sometimes all the same bytes. */
export function mutateText(text: string, random: Random, other: string): string {
  const json = random.once(3)
    ? undefined
    : mutateJson(Buffer.from(text, "latin1").toString("utf8"), random, tokenWords);
  return json ?? mutateBytes(text, random, words, other);
}

/** Base64url that a reader may take or refuse: padding, white space, bits left over, empty parts; signed as it stands. */
function withUnusualParts(parts: readonly string[], random: Random): string {
  const unusual = parts.map((part) => {
    switch (random.below(4)) {
      case 0:
        return part.padEnd(Math.ceil(part.length / 4) * 4, random.once(4) ? "." : "=");
      case 1:
        return `${part.slice(0, random.below(part.length + 1))} ${part}`.slice(0, 4000);
      case 2:
        return part + random.pick(["A", "-", "_", "+", "/", "=", "\n"]);
      default:
        return part;
    }
  });
  const text = unusual.join(".");
  return `${random.once(2) ? "." : ""}${text}.${signatureOf("HS256", text)}`;
}

function decode(part: string): string {
  return Buffer.from(part, "base64url").toString("latin1");
}

function encode(part: string): string {
  return Buffer.from(part, "latin1").toString("base64url");
}
