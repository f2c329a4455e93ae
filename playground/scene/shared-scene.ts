// What of a scene goes into a link: policies, request, claims and kept cases. Never a token, never a key.

import { readDocuments } from "../../policies/documents/documents.js";
import { entry, itemsOf, valueAt, type Tree } from "../../policies/resources/tree.js";
import { headerLines } from "./explain-options.js";
import { tokenPlaceholder } from "../../policies/explanation/question.js";
import { secretIn, sharedHeader, sharedUrl, tokens } from "./secrets.js";
import { nothingPasted, type Scene, type SceneRequest } from "./scene.js";

export interface SharedScene {
  readonly scene: Scene;
  /** What stays behind, for people. */
  readonly left: readonly string[];
}

/** Something that must not be in a link is in a place from which it cannot be taken out. */
export class NotForSharingError extends Error {
  override readonly name = "NotForSharingError";
}

/** Where a rule with its keys in it points to in a link: a name that nobody can have (RFC 2606 §2). */
const KEYS_LEFT_OUT = "https://keys-left-out.example/jwks.json";

/**
 * The scene without tokens and keys.
 * @throws NotForSharingError
 */
export function sharedScene(scene: Scene): SharedScene {
  const left = new Set<string>();
  const text = (value: string) => withoutTokens(value, left);
  if (scene.token === "pasted" && (scene.pasted.text !== "" || scene.pasted.jwks !== ""))
    left.add("the pasted token and its key set");
  const shared: Scene = {
    files: scene.files.map(({ file, text: policies }) => ({ file, text: text(withoutKeys(policies, left)) })),
    workload: text(scene.workload),
    mesh: withoutTokensIn(scene.mesh, left),
    request: sharedRequest(scene.request, left),
    token: scene.token === "pasted" ? "claims" : scene.token,
    claims: text(scene.claims),
    pasted: nothingPasted,
    cases: scene.cases.map((one) => ({
      ...one,
      name: text(one.name),
      request: sharedRequest(one.request, left),
      claims: one.claims === undefined ? undefined : text(one.claims),
    })),
  };
  const secret = [...shared.files.map((one) => one.text), JSON.stringify(shared)]
    .map(secretIn)
    .find((one) => one !== undefined);
  if (secret !== undefined)
    throw new NotForSharingError(
      `There is ${secret} in what a link would hold, in a place from which the page cannot take it out. Do that first.`,
    );
  return { scene: shared, left: [...left] };
}

function withoutTokens(text: string, left: Set<string>): string {
  return text.replaceAll(tokens, () => {
    left.add("tokens in the text");
    return tokenPlaceholder;
  });
}

/** Every field is a text. */
function withoutTokensIn<T extends object>(fields: T, left: Set<string>): T {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, withoutTokens(value as string, left)]),
  ) as T;
}

function sharedRequest(request: SceneRequest, left: Set<string>): SceneRequest {
  const fields = withoutTokensIn(request, left);
  const lines = headerLines(fields.headers).flatMap(
    (line) => sharedHeader(line, tokenPlaceholder, left) ?? [],
  );
  return { ...fields, url: sharedUrl(fields.url, left), headers: lines.join("\n") };
}

/** With a `jwksUri` in place of each `jwks`: a token that is given as claims is judged as before. */
function withoutKeys(policies: string, left: Set<string>): string {
  const places = readDocuments([{ file: "", text: policies }])
    .documents.flatMap(jwtRulesOf)
    .flatMap((rule) => {
      const found = entry(rule, "jwks");
      return found === undefined ? [] : [found];
    });
  return places
    .toSorted((one, other) => other.keyAt.offset - one.keyAt.offset)
    .reduce((text, { keyAt, value }) => {
      left.add("the keys in the policies");
      // A block scalar ends behind its last line's end.
      const end = text[value.at.end - 1] === "\n" ? value.at.end - 1 : value.at.end;
      return `${text.slice(0, keyAt.offset)}${sameForm(text, keyAt.offset)}${text.slice(end)}`;
    }, policies);
}

/** JSON has its names in quotes. */
function sameForm(text: string, offset: number): string {
  return text[offset] === '"' ? `"jwksUri": "${KEYS_LEFT_OUT}"` : `jwksUri: "${KEYS_LEFT_OUT}"`;
}

const jwtRulesOf = (document: Tree): readonly Tree[] => itemsOf(valueAt(document, "spec", "jwtRules"));
