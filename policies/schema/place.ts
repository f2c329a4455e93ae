// Where in a user's file a violation is.

import type { Position } from "../resources/position.js";
import { childOf, entry, type Tree, type TreeScalar } from "../resources/tree.js";
import type { Violation } from "./violations.js";

/** The place of a violation in the document that the value was read from; of a field that is missing, its object's. */
export function placeOf(document: Tree, { path, ofName }: Pick<Violation, "path" | "ofName">): Position {
  let at = document;
  for (const [i, token] of path.entries()) {
    if (at.kind === "list") {
      const item = at.items[Number(token)];
      if (item === undefined) return at.at;
      at = item;
      continue;
    }
    const found = entry(at, token);
    if (found === undefined) return at.at;
    if (i === path.length - 1 && ofName) return found.keyAt;
    at = found.value;
  }
  return at.at;
}

/**
 * The unquoted scalar at a violation of its type, where quotes would mend that: `y` as the user wrote it, which a value has become a
 * boolean of.
 */
export function unquotedAt(
  document: Tree,
  { path, kind, remedy }: Pick<Violation, "path" | "kind" | "remedy">,
): TreeScalar | undefined {
  if (kind !== "type" || remedy === undefined) return undefined;
  const found = path.reduce<Tree | undefined>(childOf, document);
  return found?.kind === "scalar" && found.plain && typeof found.value !== "string" ? found : undefined;
}

/** What to do about a violation, in the user's own text. */
export function remedyFor(document: Tree, violation: Violation): string | undefined {
  const scalar = unquotedAt(document, violation);
  return scalar === undefined ? violation.remedy : `quote it: ${JSON.stringify(scalar.source)}`;
}
