// The fields of the form as the core takes them.

import type { ExplainOptions } from "../../policies/explain.js";
import type { TokenSource } from "../../policies/explanation/question.js";
import type { RequestFields } from "../../policies/explanation/request-fields.js";
import { InputError } from "../../policies/resources/input-error.js";
import { instantOf } from "../../policies/text/moment.js";
import { readClaims } from "../../policies/tokens/claims.js";
import { pastedToken } from "../../policies/tokens/pasted-token.js";
import { unverifiedClaims } from "../../policies/tokens/unverified-token.js";
import { namespaceField, workloadFields } from "./mesh-fields.js";
import { checkFields } from "./field-faults.js";
import type { PastedToken, Scene, SceneRequest } from "./scene.js";

/** @throws InputError whose message begins with the field's name */
export function explainOptions(scene: Scene): ExplainOptions {
  checkFields(scene);
  const { request, pasted, token } = scene;
  return {
    workload: workloadFields(scene),
    ...namespaceField(scene.mesh),
    ...requestFields(request),
    token: tokenSource(scene),
    unverified: token === "pasted" && pasted.unverified,
    keys: token === "pasted" ? pastedKeys(pasted) : new Map<string, string>(),
    ...momentOf(request.now),
  };
}

/** The request alone. */
export function requestFields(request: SceneRequest): RequestFields {
  return {
    request: `${request.method.trim()} ${request.url.trim()}`,
    header: headerLines(request.headers),
    peer: given(request.peer),
    remote: given(request.remote),
    destination: given(request.destination),
    sni: given(request.sni),
    principal: given(request.principal),
    certificate: given(request.certificate),
    metadata: given(request.metadata),
  };
}

/** The lines that say something. */
export const headerLines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());

function momentOf(text: string): { readonly now?: number } {
  if (text.trim() === "") return {};
  const now = instantOf(text.trim());
  if (now === undefined)
    throw new InputError(`now: expected a time such as 2026-01-31T12:00:00Z, or seconds since 1970`);
  return { now };
}

function tokenSource({ token, claims, pasted }: Scene): TokenSource | undefined {
  if (token === "none") return undefined;
  if (token === "claims") return { claims: readClaims("claims", claims.trim() === "" ? "{}" : claims) };
  if (pasted.text.trim() === "") throw new InputError("token: paste one, or choose none");
  const { kind, text, what, remedies } = pastedToken(pasted.text);
  if (kind === "none") throw new InputError(`token: it is ${what}. ${remedies.join(" ")}`);
  return { text };
}

/** The token alone, whatever stood around it; empty where there is none. */
export const pastedText = ({ text }: PastedToken): string => pastedToken(text).text;

/** What stood around it and is no part of it, a sentence each. */
export const pastedNotes = ({ text }: PastedToken): readonly string[] => pastedToken(text).notes;

/** The key set is that of the issuer that the token names. */
function pastedKeys(pasted: PastedToken): Map<string, string> {
  if (pasted.jwks.trim() === "") return new Map();
  const issuer = unverifiedClaims(pastedText(pasted))?.["iss"];
  return new Map([[typeof issuer === "string" ? issuer : "", pasted.jwks]]);
}
