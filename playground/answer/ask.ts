// What the core says of a scene.

import { check } from "../../policies/check.js";
import type { Filter } from "../../policies/evaluation/filter.js";
import { KeptForQuestions } from "../../policies/evaluation/kept-for-questions.js";
import { explainSubject, readSubject, type Explained, type ExplainOptions } from "../../policies/explain.js";
import type { Subject } from "../../policies/explanation/subject.js";
import type { Finding } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { test } from "../../policies/test.js";
import type { CoverageItem } from "../../policies/testing/run/coverage.js";
import type { SuiteResult } from "../../policies/testing/run/results.js";
import { configurationFile } from "../scene/configuration-file.js";
import { namespaceField, workloadFields } from "../scene/mesh-fields.js";
import { noPolicies, unseenFault, withRemedy } from "./nothing-to-ask.js";
import { explainOptions } from "../scene/explain-options.js";
import type { Scene } from "../scene/scene.js";
import { testFile, TEST_FILE } from "../scene/test-file.js";

export type Answer =
  | Explained
  /** Something in the form, or the policies, is of another form: nothing was asked. */
  | { readonly kind: "unasked"; readonly message: string };

/** What became of the kept cases. */
export interface CasesAnswer {
  readonly suite: SuiteResult;
  readonly coverage: readonly CoverageItem[];
}

/** What is known of a scene so far. */
export interface Told {
  readonly answer: Answer;
  /** Whether changes that would let the request pass are tried still. */
  readonly isTrying: boolean;
  /** Undefined: these texts are not checked yet. */
  readonly findings: readonly Finding[] | undefined;
  /** Undefined: none is kept, or they have not been run yet. */
  readonly cases: CasesAnswer | undefined;
}

/** Takes what is known so far, and has it seen. Throws where nobody wants to know any more. */
export type Tell = (told: Told) => Promise<void>;

/** Asks about scenes. What has been made of the same files before is not made again: most keystrokes are elsewhere. */
export class Asker {
  private readonly subjects = new Remembered<Subject>();
  private readonly findings = new Remembered<readonly Finding[]>();
  private readonly cases = new Remembered<CasesAnswer | undefined>();
  private readonly kept: KeptForQuestions;
  private files: readonly SourceFile[] = [];

  constructor(private readonly filter: Filter) {
    this.kept = new KeptForQuestions(filter);
  }

  /**
   * The answer first, which is what somebody waits for; then what is found in the policies, and what became of the cases.
   * @returns all of it
   */
  async ask(asked: Scene, tell: Tell): Promise<Told> {
    const files = this.sameFiles(asked.files);
    const scene = { ...asked, files };
    const { workload, mesh, cases } = scene;
    const checkedAre = [files, mesh.namespace, mesh.rootNamespace];
    const known = {
      findings: await this.findings.known(checkedAre),
      cases: await this.cases.known([files, workload, mesh, cases]),
    };
    const answer = await this.answer(scene, (first) => tell({ ...known, answer: first, isTrying: true }));
    const answered = { ...known, answer, isTrying: false };
    if (known.findings !== undefined && (known.cases !== undefined || cases.length === 0)) return answered;
    await tell(answered);
    const checked = { ...answered, findings: await this.findings.of(checkedAre, () => this.found(scene)) };
    if (cases.length === 0) return checked;
    await tell(checked);
    return {
      ...checked,
      cases: await this.cases.of([files, workload, mesh, cases], () => this.casesOf(scene)),
    };
  }

  /** Files that are as they were are the same objects, which are read once. */
  private sameFiles(files: readonly SourceFile[]): readonly SourceFile[] {
    const before = this.files;
    this.files = files.map(
      (one) => before.find(({ file, text }) => file === one.file && text === one.text) ?? one,
    );
    return this.files;
  }

  private async answer(scene: Scene, first: (answer: Answer) => Promise<void>): Promise<Answer> {
    const { filter, kept } = this;
    try {
      const options = explainOptions(scene);
      const subject = await this.subjects.of([scene.files, scene.workload, scene.mesh], () =>
        this.subjectOf(scene, options),
      );
      const nothing =
        subject.kind === "refused" ? (noPolicies(scene.files) ?? unseenFault(scene.files)) : undefined;
      if (nothing !== undefined) return { kind: "unasked", message: nothing };
      return await explainSubject(subject, filter, options, { kept, answered: first });
    } catch (error) {
      if (error instanceof InputError)
        return { kind: "unasked", message: withRemedy(error.message, scene.files) };
      throw error;
    }
  }

  /** The workload's policies; where the files have a configuration of the filter in their place, that. */
  private async subjectOf({ files }: Scene, options: ExplainOptions): Promise<Subject> {
    const subject = await readSubject(files, this.filter, options);
    if (subject.kind !== "refused" || configurationFile(files) === undefined) return subject;
    return readSubject(files, this.filter, {});
  }

  private async found({ files, workload, mesh }: Scene): Promise<readonly Finding[]> {
    const { rootNamespace } = workloadFields({ workload, mesh });
    try {
      return await check(files, this.filter, {
        ...namespaceField(mesh),
        ...(rootNamespace === undefined ? {} : { rootNamespace }),
      });
    } catch (error) {
      // There is nothing to check; what was asked says so.
      if (error instanceof InputError) return [];
      throw error;
    }
  }

  private async casesOf(scene: Scene): Promise<CasesAnswer | undefined> {
    if (scene.cases.length === 0) return undefined;
    const tests = { file: TEST_FILE, text: testFile(scene) };
    const { suites, coverage = [] } = await test([...scene.files, tests], this.filter, { coverage: true });
    const [suite] = suites;
    return suite === undefined ? undefined : { suite, coverage };
  }
}

/** The last value, and what it was made of. */
class Remembered<T> {
  private key: string | undefined;
  private value: Promise<T> | undefined;

  /** The value, if it is of these parts. */
  known(parts: unknown): Promise<T> | undefined {
    return JSON.stringify(parts) === this.key ? this.value : undefined;
  }

  /** @param parts what the value depends on, as JSON has it */
  of(parts: unknown, make: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(parts);
    if (this.value === undefined || key !== this.key) {
      this.key = key;
      this.value = make();
    }
    return this.value;
  }
}
