// What an answer marks in the policies' text: the rules that decided, what the nearest lack, what each condition sees, and what cases cover.

import { RangeSet, StateEffect, StateField, type EditorState, type Text } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  gutter,
  GutterMarker,
  hoverTooltip,
  type DecorationSet,
} from "@codemirror/view";
import { isNegative } from "../../policies/evaluation/condition-place.js";
import type { ConditionFinding } from "../../policies/explanation/explanation.js";
import { listText, seenText } from "../../policies/explanation/told/words.js";
import type { Position } from "../../policies/resources/position.js";
import { element } from "../elements/element.js";
import { stretchOf, type Stretch } from "./positions.js";

/** A rule that is the reason: it let the request go on, refused it, or came nearest to letting it go on. */
export interface DecidingRule {
  readonly at: Position;
  readonly how: "allows" | "denies" | "nearest";
}

export interface Covered {
  readonly at: Position;
  readonly covered: boolean;
  /** For people. */
  readonly text: string;
}

export interface Marks {
  readonly rules: readonly DecidingRule[];
  readonly conditions: readonly ConditionFinding[];
  readonly coverage: readonly Covered[];
}

export const noMarks: Marks = { rules: [], conditions: [], coverage: [] };

/** Replaces all marks; those are of the file that the editor shows. */
export const setMarks = StateEffect.define<Marks>();

interface Drawn {
  readonly decorations: DecorationSet;
  readonly conditions: readonly (Stretch & { readonly condition: ConditionFinding })[];
  readonly coverage: RangeSet<GutterMarker>;
}

const nothing: Drawn = {
  decorations: Decoration.none,
  conditions: [],
  coverage: RangeSet.of<GutterMarker>([]),
};

const drawn = StateField.define<Drawn>({
  create: () => nothing,
  update(value, { effects, changes, docChanged, newDoc }) {
    for (const effect of effects) if (effect.is(setMarks)) return draw(effect.value, newDoc);
    // Until the next answer the marks go with their text; what they see is of before.
    return docChanged
      ? { ...nothing, decorations: value.decorations.map(changes), coverage: value.coverage.map(changes) }
      : value;
  },
  provide: (field) => EditorView.decorations.from(field, ({ decorations }) => decorations),
});

function draw({ rules, conditions, coverage }: Marks, document: Text): Drawn {
  const placed = conditions.flatMap((condition) =>
    condition.origin === undefined ? [] : [{ ...stretchOf(document, condition.origin.at), condition }],
  );
  return {
    decorations: Decoration.set(
      [
        ...rules.flatMap((rule) => linesOf(rule, document)),
        ...placed.map(({ from, to, condition }) =>
          Decoration.mark({ class: condition.met ? "condition held" : "condition failed" }).range(from, to),
        ),
      ],
      true,
    ),
    conditions: placed,
    coverage: coverageMarkers(coverage, document),
  };
}

/** Every line of the rule; its last ends where the next thing begins. */
function linesOf({ at, how }: DecidingRule, document: Text) {
  const { from, to } = stretchOf(document, at);
  const last = document.sliceString(from, to).trimEnd().length + from;
  const lines = [];
  for (let line = document.lineAt(from); ; line = document.line(line.number + 1)) {
    lines.push(Decoration.line({ class: `rule ${how}` }).range(line.from));
    if (line.to >= last || line.number === document.lines) return lines;
  }
}

class CoverageMarker extends GutterMarker {
  constructor(
    private readonly covered: boolean,
    private readonly text: string,
  ) {
    super();
  }

  override eq(other: CoverageMarker): boolean {
    return other.covered === this.covered && other.text === this.text;
  }

  override toDOM(): Node {
    return element("span", {
      class: this.covered ? "covered" : "uncovered",
      text: this.covered ? "✓" : "○",
      title: this.text,
    });
  }
}

/** One mark a line: what is not covered is told first. */
function coverageMarkers(coverage: readonly Covered[], document: Text): RangeSet<GutterMarker> {
  const byLine = new Map<number, Covered[]>();
  for (const one of coverage) {
    const { from } = document.lineAt(stretchOf(document, one.at).from);
    byLine.set(from, [...(byLine.get(from) ?? []), one]);
  }
  return RangeSet.of(
    [...byLine].map(([from, all]) => {
      const open = all.filter(({ covered }) => !covered);
      const told = open.length > 0 ? open : all;
      return new CoverageMarker(open.length === 0, told.map(({ text }) => text).join("\n")).range(from);
    }),
    true,
  );
}

/** The innermost condition at a place. */
function conditionAt(state: EditorState, at: number) {
  return state
    .field(drawn)
    .conditions.filter(({ from, to }) => from <= at && at <= to)
    .toSorted((one, other) => one.to - one.from - (other.to - other.from))[0];
}

const seen = hoverTooltip((view, at) => {
  const found = conditionAt(view.state, at);
  if (found === undefined) return null;
  const { from, to, condition } = found;
  return { pos: from, end: to, above: true, create: () => ({ dom: conditionTip(condition) }) };
});

function conditionTip({ place, met, wants, sees }: ConditionFinding): HTMLElement {
  return element(
    "div",
    { class: "tip" },
    element("div", { class: met ? "yes" : "no", text: `${met ? "✓" : "✗"} ${place}` }),
    element("div", { text: `wants ${isNegative(place) ? "none of " : ""}${listText(wants)}` }),
    element("div", { text: `sees ${seenText(sees)}` }),
  );
}

const coverageGutter = gutter({
  class: "coverage",
  markers: (view) => view.state.field(drawn).coverage,
});

/** What the editor needs for its marks. */
export const marking = [drawn, seen, coverageGutter];
