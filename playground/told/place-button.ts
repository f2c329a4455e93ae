// A line of the policies' text, which leads there.

import type { Position } from "../../policies/resources/position.js";
import { button } from "../elements/element.js";

/** Shows a place in the editor. */
export type GoTo = (at: Position) => void;

export const placeButton = (at: Position, goTo: GoTo): HTMLButtonElement =>
  button(`line ${at.line}`, () => goTo(at), {
    class: "place",
    label: `line ${at.line} of ${at.file}, in the editor`,
  });
