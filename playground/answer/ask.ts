// What the core says of a scene.

import { check } from "../../policies/check.js";
import type { Filter } from "../../policies/evaluation/filter.js";
import { explainSubject, readSubject, type Explained } from "../../policies/explain.js";
import type { Subject } from "../../policies/explanation/subject.js";
import type { Finding } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { test } from "../../policies/test.js";
import type { CoverageItem } from "../../policies/testing/run/coverage.js";
import type { SuiteResult } from "../../policies/testing/run/results.js";
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

export interface Told {
  readonly answer: Answer;
  readonly findings: readonly Finding[];
  readonly cases: CasesAnswer | undefined;
}

/** Asks about scenes. What has been made of the same files before is not made again: most keystrokes are elsewhere. */
export class Asker {
  private readonly subjects = new Remembered<Subject>();
  private readonly findings = new Remembered<readonly Finding[]>();
  private readonly cases = new Remembered<CasesAnswer | undefined>();

  constructor(private readonly filter: Filter) {}

  async ask(scene: Scene): Promise<Told> {
    const answer = await this.answer(scene);
    const { files, workload, cases } = scene;
    return {
      answer,
      findings: await this.findings.of([files], () => this.found(scene)),
      cases: await this.cases.of([files, workload, cases], () => this.casesOf(scene)),
    };
  }

  private async answer(scene: Scene): Promise<Answer> {
    const { filter } = this;
    try {
      const options = explainOptions(scene);
      const subject = await this.subjects.of([scene.files, scene.workload], () =>
        readSubject(scene.files, filter, options),
      );
      return await explainSubject(subject, filter, options);
    } catch (error) {
      if (error instanceof InputError) return { kind: "unasked", message: error.message };
      throw error;
    }
  }

  private async found({ files }: Scene): Promise<readonly Finding[]> {
    try {
      return await check(files, this.filter);
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
