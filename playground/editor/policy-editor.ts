// The editor of the policies: one text at a time, of one or several files.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Finding, Severity } from "../../policies/findings/finding.js";
import type { Position } from "../../policies/resources/position.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { marking, noMarks, setMarks, type Marks } from "./marks.js";
import { stretchOf } from "./positions.js";

/** Colours are in style.css, which knows dark from light. */
const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "syntax-name" },
  { tag: [tags.string, tags.content, tags.attributeValue], class: "syntax-text" },
  { tag: [tags.comment, tags.meta, tags.separator, tags.punctuation], class: "syntax-quiet" },
  { tag: [tags.labelName, tags.typeName, tags.keyword], class: "syntax-key" },
]);

const severities: Readonly<Record<Severity, Diagnostic["severity"]>> = {
  error: "error",
  warning: "warning",
  note: "info",
};

export class PolicyEditor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private current = "";

  /**
   * @param parent what it is put into
   * @param nonce of the page's policy, for the styles that the editor makes
   * @param changed called whenever somebody has typed
   */
  constructor(
    parent: HTMLElement,
    private readonly nonce: string,
    private readonly changed: () => void,
  ) {
    this.view = new EditorView({ parent, state: this.stateOf("") });
  }

  /** The texts as they stand. */
  get files(): SourceFile[] {
    this.keep();
    return [...this.states].map(([file, { doc }]) => ({ file, text: textOf(doc) }));
  }

  get shown(): string {
    return this.current;
  }

  /** Other texts. The file that is shown stays, if it is there still; so does the cursor of a text that is the same. */
  set(files: readonly SourceFile[]): void {
    this.keep();
    const before = new Map(this.states);
    this.states.clear();
    for (const { file, text } of files) {
      const known = before.get(file);
      this.states.set(file, known !== undefined && textOf(known.doc) === text ? known : this.stateOf(text));
    }
    const next = this.states.has(this.current) ? this.current : (files[0]?.file ?? "");
    this.current = "";
    this.show(next);
  }

  /** Shows another of the files. */
  show(file: string): void {
    const state = this.states.get(file);
    if (state === undefined || file === this.current) return;
    this.keep();
    this.current = file;
    this.view.setState(state);
  }

  /** The cursor at a place, and the place in sight. */
  goTo(at: Position): void {
    this.show(at.file);
    const { from, to } = stretchOf(this.view.state.doc, at);
    this.view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    this.view.focus();
  }

  /** A place in sight, and everything else where it is: nobody has asked to go there. */
  reveal(at: Position): void {
    if (at.file !== this.current) return;
    const { from } = stretchOf(this.view.state.doc, at);
    this.view.requestMeasure({
      read: (view) => view.lineBlockAt(from).top - view.scrollDOM.clientHeight / 3,
      write: (top, view) => view.scrollDOM.scrollTo({ top }),
    });
  }

  /** Marks of the file that is shown, which its text must be the one of. */
  mark(marks: Marks, findings: readonly Finding[]): void {
    const here = <T>(list: readonly T[], at: (one: T) => Position | undefined) =>
      list.filter((one) => at(one)?.file === this.current);
    const shown: Marks = {
      rules: here(marks.rules, ({ at }) => at),
      conditions: here(marks.conditions, ({ origin }) => origin?.at),
      coverage: here(marks.coverage, ({ at }) => at),
    };
    const diagnostics = here(findings, ({ at }) => at).map((finding) => this.diagnostic(finding));
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics), { effects: setMarks.of(shown) });
  }

  /** No marks: there is no answer about the text. */
  unmark(): void {
    this.view.dispatch({ effects: setMarks.of(noMarks) });
  }

  /** Makes the change that a finding proposes. */
  fix({ fix }: Finding): void {
    if (fix === undefined) return;
    this.show(fix.at.file);
    // Whoever has typed since has had the finding taken away.
    const { offset: from, end: to } = fix.at;
    this.view.dispatch({ changes: { from, to, insert: fix.text }, userEvent: "input.fix" });
  }

  private diagnostic(finding: Finding): Diagnostic {
    const { at, severity, message, id, remedy, fix } = finding;
    return {
      ...stretchOf(this.view.state.doc, at),
      severity: severities[severity],
      message: `${message} [${id}]${remedy === undefined ? "" : `\n${remedy}`}`,
      actions: fix === undefined ? [] : [{ name: "Fix", apply: () => this.fix(finding) }],
    };
  }

  private keep(): void {
    if (this.states.has(this.current)) this.states.set(this.current, this.view.state);
  }

  private stateOf(text: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(this.nonce),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        indentOnInput(),
        indentUnit.of("  "),
        yaml(),
        syntaxHighlighting(highlighting),
        // No Tab: it goes on to the next field, as everywhere in the page.
        keymap.of([...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "Policies in YAML", tabindex: "0" }),
        marking,
        EditorView.domEventHandlers({ beforeinput: typedOver }),
        EditorView.updateListener.of(({ docChanged }) => {
          if (docChanged) this.changed();
        }),
      ],
    });
  }
}

/**
 * Somebody types over a selection. Chromium would keep the look of what was selected in a style attribute, which the page's policy refuses, and
 * says so in the console.
 */
function typedOver(event: InputEvent, view: EditorView): boolean {
  const isText = event.inputType === "insertText" && event.data !== null && !event.isComposing;
  if (!isText || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

const textOf = (document: Text): string => document.toString();
