// Places in a text, kept within what the editor holds.

import type { Text } from "@codemirror/state";
import type { Position } from "../../policies/resources/position.js";

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where a position is in the editor's document, which is the text that it is about; at least one character where there is one. */
export function stretchOf(document: Text, at: Position): Stretch {
  const from = Math.min(at.offset, document.length);
  const to = Math.min(Math.max(at.end, from), document.length);
  if (to > from) return { from, to };
  const line = document.lineAt(from);
  return { from: Math.max(line.from, from - 1), to: Math.min(from + 1, line.to) };
}
