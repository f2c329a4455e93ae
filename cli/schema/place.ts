// Where in a user's file a violation is.

import type { Position } from "../resources/position.js";
import { entry, type Tree } from "../resources/tree.js";
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
