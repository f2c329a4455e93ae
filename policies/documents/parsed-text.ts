// What reading a text gives.

import type { Position } from "../resources/position.js";
import type { Tree } from "../resources/tree.js";

/** Text that could not be read. */
export interface YamlFault {
  readonly at: Position;
  readonly message: string;
}

export interface ParsedText {
  /** The documents that hold something. */
  readonly documents: readonly Tree[];
  readonly faults: readonly YamlFault[];
}

/** Aliases can make a small text very large ("billion laughs"), or refer to themselves. */
export const MAX_VALUES = 1_000_000;
export const MAX_DEPTH = 200;
