// What is on the page, put together: the editor, the form, the answer, and what there is to take along.

import type { Finding } from "../policies/findings/finding.js";
import type { SourceFile } from "../policies/resources/source-file.js";
import { Asker, type Told } from "./answer/ask.js";
import { builtFilter, type BuiltFilter } from "./answer/built-filter.js";
import { Follower } from "./answer/follow.js";
import { marksOf } from "./answer/marks-of.js";
import { claimsOf, tokenOf } from "./answer/token-and-claims.js";
import { PolicyEditor } from "./editor/policy-editor.js";
import { byId } from "./elements/element.js";
import { exampleScene, type Example } from "./examples/example.js";
import { examples } from "./examples/examples.js";
import { keptCase } from "./scene/kept-case.js";
import type { Where } from "./scene/mesh-fields.js";
import { sceneOf, UnreadableLinkError } from "./scene/link.js";
import { nothingPasted, type KeptCase, type Scene } from "./scene/scene.js";
import { followFiles } from "./served-files.js";
import { asCommand, asFilter, asLink, asTests } from "./taken-along.js";
import { AnswerPanel } from "./view/answer-panel.js";
import { ExampleChoice } from "./view/example-choice.js";
import { FileChoice } from "./view/file-choice.js";
import { Form } from "./view/form.js";

/** Shorter than people notice, longer than between two keystrokes. */
const PAUSE = 120;

/** Of the page's content security policy, for the styles of the editor. */
const NONCE = "editor";

/** The filter is compiled while the page is put together. */
export async function startPage(): Promise<void> {
  const built = builtFilter();
  const page = new Page(built);
  const started = page.start();
  const { sha256 } = await built;
  await started;
  byId("digest", HTMLElement).textContent = (await sha256()) ?? "(told where the page comes over https)";
}

class Page {
  private readonly follower: Follower<Told>;
  private readonly editor: PolicyEditor;
  private readonly form: Form;
  private readonly panel: AnswerPanel;
  private cases: readonly KeptCase[] = [];
  private told: Told | undefined;
  /** Whether what has been opened still waits for its first answer. */
  private isNew = false;
  private readonly choice: ExampleChoice;
  private readonly fileChoice = new FileChoice((file) => {
    this.editor.show(file);
    if (this.told !== undefined) this.mark(this.told);
  });
  /** Whether somebody has written something of their own, and what it was when they left it. */
  private isOwn = false;
  private own: Scene | undefined;
  /** What stood in the page at other fragments of its address: the way back leads there. */
  private readonly visited = new Map<string, Scene>();

  constructor(private readonly built: Promise<BuiltFilter>) {
    const asker = built.then(({ filter }) => new Asker(filter));
    // Whoever waits for it is told.
    asker.catch(() => undefined);
    this.follower = new Follower(
      async (tell) => (await asker).ask(this.scene, tell),
      (told, isAll) => this.show(told, isAll),
      (error) => this.panel.fail(error),
      PAUSE,
    );
    this.editor = new PolicyEditor(byId("editor", HTMLElement), NONCE, () => this.edited());
    this.form = new Form(() => this.edited());
    this.choice = new ExampleChoice(examples, {
      open: (example) => {
        window.history.replaceState(null, "", window.location.pathname + window.location.search);
        this.openExample(example);
      },
      openOwn: () => {
        if (this.own !== undefined) this.openOwn(this.own);
      },
    });
    this.panel = new AnswerPanel({
      goTo: (at) => this.goTo(at),
      finding: {
        goTo: (at) => this.goTo(at),
        fix: (finding) => {
          // One that is about a text of before would change the wrong place.
          if (this.told !== undefined) this.editor.fix(finding);
        },
      },
      kept: {
        open: (one) => this.openCase(one),
        remove: (one) => this.setCases(this.cases.filter((other) => other !== one)),
      },
    });
  }

  async start(): Promise<void> {
    this.bind();
    window.addEventListener("hashchange", ({ oldURL }) => {
      this.visited.set(new URL(oldURL).hash, this.scene);
      void this.openLink();
    });
    if (!(await this.openLink())) this.openExample(examples[0]!);
    followFiles((files, where, isFirst) => this.openFiles(files, isFirst ? where : {}));
  }

  private get scene(): Scene {
    return { files: this.editor.files, ...this.form.value, cases: this.cases };
  }

  /** Somebody has typed: the answer on the page is of before. */
  private changed(pause?: number): void {
    this.told = undefined;
    this.panel.outdated();
    this.follower.changed(pause);
  }

  private edited(): void {
    this.isOwn = true;
    this.choice.show(undefined);
    this.changed();
  }

  private open(scene: Scene, lesson?: string): void {
    this.cases = scene.cases;
    this.isNew = true;
    this.editor.set(scene.files);
    this.form.value = scene;
    this.fileChoice.show(this.editor.files, this.editor.shown);
    const note = byId("lesson", HTMLElement);
    note.hidden = lesson === undefined;
    note.textContent = lesson ?? "";
    this.changed(0);
  }

  private openExample(example: Example): void {
    if (this.isOwn) this.own = this.scene;
    this.isOwn = false;
    this.choice.show(example);
    this.open(exampleScene(example), example.lesson);
    if (example.rotated === true) void this.sign(true);
  }

  private openOwn(scene: Scene): void {
    this.isOwn = true;
    this.choice.show(undefined);
    this.open(scene);
  }

  /** @returns whether the address has a scene in it */
  private async openLink(): Promise<boolean> {
    try {
      const { hash } = window.location;
      const scene = this.visited.get(hash) ?? (await sceneOf(hash));
      if (scene === undefined) return false;
      this.openOwn(scene);
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
  private openFiles(files: readonly SourceFile[], where: Partial<Where>): void {
    this.openOwn({ ...this.scene, files, ...where });
  }

  private bind(): void {
    const on = (id: string, act: () => unknown) =>
      byId(id, HTMLButtonElement).addEventListener("click", () => void act());
    on("share", () => asLink(this.scene));
    on("command", () => asCommand(this.scene));
    on("filter", async () => asFilter((await this.built).filter, this.scene));
    on("take-tests", () => asTests(this.scene));
    on("keep", () => this.keep());
    on("sign", () => this.sign(false));
    on("take-claims", () => this.takeClaims());
    on("jump", () => byId("answer", HTMLElement).scrollIntoView());
  }

  private show(told: Told, isAll: boolean): void {
    this.told = told;
    this.form.blame(told.answer.kind === "unasked" ? told.answer.message : undefined);
    this.panel.show(told, this.cases, isAll);
    this.mark(told);
  }

  private mark(told: Told): void {
    const marks = marksOf(told);
    const [rule] = marks.rules;
    if (this.isNew && rule !== undefined) this.editor.reveal(rule.at);
    this.isNew = false;
    const refused = told.answer.kind === "refused" ? told.answer.findings : [];
    const { findings = [] } = told;
    const known = new Set(findings.map(({ id, at }) => `${id} ${at.file} ${at.offset}`));
    const more = refused.filter(({ id, at }) => !known.has(`${id} ${at.file} ${at.offset}`));
    this.editor.mark(marks, [...findings, ...more]);
  }

  private goTo(at: Finding["at"]): void {
    this.editor.goTo(at);
    this.fileChoice.show(this.editor.files, this.editor.shown);
    if (this.told !== undefined) this.mark(this.told);
  }

  private keep(): void {
    const made = keptCase(this.scene, this.told?.answer);
    if ("why" in made) byId("cases-note", HTMLElement).textContent = made.why;
    else this.setCases([...this.cases, made.kept]);
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
    const pasted = await tokenOf(this.scene, rotated);
    // Where there is none, the answer says what is wrong with the claims.
    if (pasted !== undefined) {
      this.form.setPasted(pasted);
      this.form.token = "pasted";
    }
    this.changed(0);
  }

  /** The claims of the pasted token, which forgets it. */
  private takeClaims(): void {
    const { scene } = this;
    const claims = claimsOf(scene);
    if (claims === undefined) return;
    this.form.value = { ...scene, token: "claims", claims, pasted: nothingPasted };
    this.changed(0);
  }
}
