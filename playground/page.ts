// What is on the page, put together: the editor, the form, the answer, and what there is to take along.

import { InputError } from "../policies/resources/input-error.js";
import type { Finding } from "../policies/findings/finding.js";
import type { SourceFile } from "../policies/resources/source-file.js";
import { readClaims } from "../policies/tokens/claims.js";
import { unverifiedClaims } from "../policies/tokens/unverified-token.js";
import { Asker, type Told } from "./answer/ask.js";
import { builtFilter, type BuiltFilter } from "./answer/built-filter.js";
import { Follower } from "./answer/follow.js";
import { marksOf } from "./answer/marks-of.js";
import { onlyIssuer } from "./answer/only-issuer.js";
import { PolicyEditor } from "./editor/policy-editor.js";
import { exampleScene, type Example } from "./examples/example.js";
import { examples } from "./examples/examples.js";
import { keptCase } from "./scene/kept-case.js";
import { pastedText } from "./scene/explain-options.js";
import { sceneOf, UnreadableLinkError } from "./scene/link.js";
import { nothingPasted, type KeptCase, type Scene } from "./scene/scene.js";
import { signedToken, withLife } from "./scene/signed-token.js";
import { asCommand, asFilter, asLink, asTests } from "./taken-along.js";
import { answerView } from "./view/answer-view.js";
import { casesView, coverageText } from "./view/cases-view.js";
import { byId, element } from "./elements/element.js";
import { findingsView } from "./view/findings-view.js";
import { Form } from "./view/form.js";
import { printable } from "../policies/text/printable.js";
import { inPageWords } from "./view/page-words.js";
import { followFiles } from "./served-files.js";

/** Shorter than people notice, longer than between two keystrokes. */
const PAUSE = 120;

/** Of the page's content security policy, for the styles of the editor. */
const NONCE = "editor";

export async function startPage(): Promise<void> {
  const built = await builtFilter();
  byId("digest", HTMLElement).textContent = built.sha256 ?? "(told where the page comes over https)";
  const page = new Page(built);
  await page.start();
}

class Page {
  private readonly follower: Follower<Told>;
  private readonly editor: PolicyEditor;
  private readonly form: Form;
  private cases: readonly KeptCase[] = [];
  private told: Told | undefined;
  /** Whether what has been opened still waits for its first answer. */
  private isNew = false;

  constructor(private readonly built: BuiltFilter) {
    const asker = new Asker(built.filter);
    this.follower = new Follower(
      () => asker.ask(this.scene),
      (told) => this.show(told),
      (error) => this.showFailure(error),
      PAUSE,
    );
    this.editor = new PolicyEditor(byId("editor", HTMLElement), NONCE, () => this.changed());
    this.form = new Form(() => this.changed());
  }

  async start(): Promise<void> {
    this.fillExamples();
    this.bind();
    window.addEventListener("hashchange", () => void this.openLink());
    if (!(await this.openLink())) this.openExample(examples[0]!);
    followFiles((files, workload) => this.openFiles(files, workload));
  }

  private get scene(): Scene {
    return { files: this.editor.files, ...this.form.value, cases: this.cases };
  }

  /** Somebody has typed: the answer on the page is of before. */
  private changed(pause?: number): void {
    this.told = undefined;
    byId("answer", HTMLElement).setAttribute("aria-busy", "true");
    this.follower.changed(pause);
  }

  private open(scene: Scene, lesson?: string): void {
    this.cases = scene.cases;
    this.isNew = true;
    this.editor.set(scene.files);
    this.form.value = scene;
    this.showFiles();
    const note = byId("lesson", HTMLElement);
    note.hidden = lesson === undefined;
    note.textContent = lesson ?? "";
    this.changed(0);
  }

  private openExample(example: Example): void {
    byId("examples", HTMLSelectElement).value = example.name;
    this.open(exampleScene(example), example.lesson);
    if (example.rotated === true) void this.sign(true);
  }

  /** @returns whether the address has a scene in it */
  private async openLink(): Promise<boolean> {
    try {
      const scene = await sceneOf(window.location.hash);
      if (scene === undefined) return false;
      byId("examples", HTMLSelectElement).value = "";
      this.open(scene);
      return true;
    } catch (error) {
      if (!(error instanceof UnreadableLinkError)) throw error;
      this.openExample(examples[0]!);
      const note = byId("lesson", HTMLElement);
      note.textContent = `${error.message} Here is an example in its place.`;
      return true;
    }
  }

  /** Files of the machine that serves the page; the rest of the scene stays. */
  private openFiles(files: readonly SourceFile[], workload: string | undefined): void {
    const isFirst = byId("examples", HTMLSelectElement).value !== "";
    byId("examples", HTMLSelectElement).value = "";
    const { scene } = this;
    this.open({ ...scene, files, workload: isFirst && workload !== undefined ? workload : scene.workload });
  }

  private fillExamples(): void {
    const select = byId("examples", HTMLSelectElement);
    const none = element("option", { text: "Your own" });
    none.value = "";
    select.append(...examples.map(({ name }) => element("option", { text: name })), none);
    select.addEventListener("change", () => {
      const example = examples.find(({ name }) => name === select.value);
      if (example === undefined) return;
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
      this.openExample(example);
    });
  }

  private bind(): void {
    const on = (id: string, act: () => unknown) =>
      byId(id, HTMLButtonElement).addEventListener("click", () => void act());
    on("share", () => asLink(this.scene));
    on("command", () => asCommand(this.scene));
    on("filter", () => asFilter(this.built.filter, this.scene));
    on("take-tests", () => asTests(this.scene));
    on("keep", () => this.keep());
    on("sign", () => this.sign(false));
    on("take-claims", () => this.takeClaims());
    on("jump", () => byId("answer", HTMLElement).scrollIntoView());
    const files = byId("files", HTMLSelectElement);
    files.addEventListener("change", () => {
      this.editor.show(files.value);
      if (this.told !== undefined) this.mark(this.told);
    });
  }

  private showFiles(): void {
    const { files } = this.editor;
    const select = byId("files", HTMLSelectElement);
    select.replaceChildren(...files.map(({ file }) => element("option", { text: file })));
    select.value = this.editor.shown;
    byId("files-label", HTMLElement).hidden = files.length < 2;
  }

  private show(told: Told): void {
    this.told = told;
    const { answer, findings, cases } = told;
    if (answer.kind === "explained") {
      const { verdict, decision, content } = answerView(answer.explanation, (at) => this.goTo(at));
      const warnings = findingsView(answer.warnings, this.findingActions);
      const list = warnings.length === 0 ? [] : [element("ul", { class: "plain findings" }, ...warnings)];
      this.showVerdict(verdict, decision, [...content, ...list]);
    } else if (answer.kind === "refused") {
      this.showVerdict("REFUSED", "refused", [
        element("p", { class: "why", text: "Istio or the filter refuses these policies." }),
        element("ul", { class: "plain findings" }, ...findingsView(answer.findings, this.findingActions)),
      ]);
    } else {
      const lines = answer.message
        .split("\n")
        .map((line) => element("p", { text: printable(inPageWords(line.trim())) }));
      this.showVerdict("NOT ASKED", "refused", lines);
    }
    this.form.blame(answer.kind === "unasked" ? answer.message : undefined);
    byId("findings", HTMLElement).replaceChildren(...findingsView(findings, this.findingActions));
    byId("cases", HTMLElement).replaceChildren(
      ...casesView(this.cases, cases, {
        open: (one) => this.openCase(one),
        remove: (one) => this.setCases(this.cases.filter((other) => other !== one)),
      }),
    );
    byId("cases-note", HTMLElement).textContent =
      cases === undefined
        ? "Keep a request with its answer, and it becomes a case of a test file."
        : coverageText(cases);
    byId("take-tests", HTMLElement).hidden = this.cases.length === 0;
    this.mark(told);
    byId("answer", HTMLElement).setAttribute("aria-busy", "false");
  }

  private mark(told: Told): void {
    const marks = marksOf(told);
    const [rule] = marks.rules;
    if (this.isNew && rule !== undefined) this.editor.reveal(rule.at);
    this.isNew = false;
    const refused = told.answer.kind === "refused" ? told.answer.findings : [];
    const known = new Set(told.findings.map(({ id, at }) => `${id} ${at.file} ${at.offset}`));
    const more = refused.filter(({ id, at }) => !known.has(`${id} ${at.file} ${at.offset}`));
    this.editor.mark(marks, [...told.findings, ...more]);
  }

  private showVerdict(text: string, kind: string, content: readonly Node[]): void {
    const verdict = byId("verdict", HTMLElement);
    // Whoever listens hears it only where it is another.
    if (verdict.textContent !== text) verdict.textContent = text;
    verdict.className = `verdict ${kind}`;
    const jump = byId("jump", HTMLElement);
    jump.textContent = text;
    jump.className = `jump ${kind}`;
    byId("explanation", HTMLElement).replaceChildren(...content);
  }

  private showFailure(error: unknown): void {
    this.showVerdict("NOT ASKED", "refused", [
      element("p", { text: `Something went wrong here, which is our fault: ${(error as Error).message}` }),
    ]);
    byId("answer", HTMLElement).setAttribute("aria-busy", "false");
  }

  private readonly findingActions = {
    goTo: (at: Finding["at"]) => this.goTo(at),
    fix: (finding: Finding) => {
      // One that is about a text of before would change the wrong place.
      if (this.told !== undefined) this.editor.fix(finding);
    },
  };

  private goTo(at: Finding["at"]): void {
    this.editor.goTo(at);
    byId("files", HTMLSelectElement).value = this.editor.shown;
    if (this.told !== undefined) this.mark(this.told);
  }

  private keep(): void {
    const { answer } = this.told ?? {};
    if (answer?.kind !== "explained") {
      this.say("There is no answer to keep.");
      return;
    }
    if (this.form.token === "pasted") {
      this.say("A test file holds no token: take its claims first, and keep the request then.");
      return;
    }
    const kept = keptCase(this.scene, answer.explanation);
    if (kept === undefined) {
      this.say("An answer that is not known is nothing that a test could expect.");
      return;
    }
    this.setCases([...this.cases, kept]);
  }

  private say(text: string): void {
    byId("cases-note", HTMLElement).textContent = text;
  }

  private setCases(cases: readonly KeptCase[]): void {
    this.cases = cases;
    this.changed(0);
  }

  private openCase({ request, claims }: KeptCase): void {
    const { scene } = this;
    this.form.value = {
      ...scene,
      request,
      token: claims === undefined ? "none" : "claims",
      claims: claims ?? scene.claims,
    };
    this.changed(0);
  }

  /** Makes a token of the claims, and its key set. */
  private async sign(rotated: boolean): Promise<void> {
    const { scene } = this;
    try {
      const claims = readClaims("claims", scene.claims.trim() === "" ? "{}" : scene.claims);
      const issuer = onlyIssuer(scene.files);
      this.form.setPasted(
        await signedToken(withLife(claims, issuer, Math.floor(Date.now() / 1000)), rotated),
      );
      this.form.token = "pasted";
    } catch (error) {
      // The answer says what is wrong with the claims.
      if (!(error instanceof InputError)) throw error;
    }
    this.changed(0);
  }

  /** The claims of the pasted token, which forgets it. */
  private takeClaims(): void {
    const { scene } = this;
    const claims = unverifiedClaims(pastedText(scene.pasted));
    if (claims === undefined) return;
    this.form.value = {
      ...scene,
      token: "claims",
      claims: JSON.stringify(claims, null, 2),
      pasted: nothingPasted,
    };
    this.changed(0);
  }
}
