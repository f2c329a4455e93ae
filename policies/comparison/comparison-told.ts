// Which answers change, for people and as JSON.

import { positionText } from "../resources/position.js";
import { requestText } from "../testing/reports/report-text.js";
import type { Colours } from "../text/colours.js";
import { jsonText, printable } from "../text/printable.js";
import { answerText, type Change, type SideAnswer } from "./answer.js";
import type { ComparedCase, ComparedSuite } from "./compare-suites.js";

export interface Comparison {
  readonly suites: readonly ComparedSuite[];
  /** What there is to say besides: requests of a log that cannot be asked again. */
  readonly notes: readonly string[];
}

export interface ComparisonCounts {
  readonly requests: number;
  readonly changed: number;
  /** Test files and logs whose requests could not be asked. */
  readonly unasked: number;
}

export function countsOfComparison({ suites }: Comparison): ComparisonCounts {
  const cases = suites.flatMap((one) => one.cases);
  const unasked = suites.filter(({ faults }) => faults.length > 0).length;
  return {
    requests: cases.length,
    changed: cases.filter(({ change }) => change !== undefined).length,
    unasked,
  };
}

export function comparisonText(comparison: Comparison, colours: Colours): string {
  const changed = comparison.suites
    .flatMap(({ cases }) => cases)
    .filter(({ change }) => change !== undefined);
  const faults = comparison.suites.flatMap((one) =>
    one.faults.map((fault) => `${colours.red("cannot ask")}  ${one.suite.file}: ${printable(fault)}\n`),
  );
  const notes = comparison.notes.map((note) => `${colours.cyan("note")}: ${printable(note)}\n`);
  return `${changed.map((one) => caseText(one, colours)).join("")}${faults.join("")}${notes.join("")}${summaryText(comparison)}\n`;
}

function caseText({ test, before, after, change }: ComparedCase, colours: Colours): string {
  const side = (name: string, answer: SideAnswer) => [
    `      ${name}  ${colours.bold(printable(answerText(answer)))}`,
    ...headersOf(answer, change).map((text) => `           ${printable(text)}`),
    ...answer.why.map((line) => `           ${colours.dim("|")} ${printable(line)}`),
  ];
  const opens = change === "denied → allowed";
  const lines = [
    `${(opens ? colours.red : colours.yellow)(change ?? "the same")}  ${colours.bold(printable(test.name))}  ${colours.dim(positionText(test.at))}`,
    `      ${printable(requestText(test.request))}`,
    ...side("old", before),
    ...side("new", after),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const headersOf = ({ headers }: SideAnswer, change: Change | undefined): readonly string[] =>
  change === "other headers to the upstream" ? headers : [];

function summaryText(comparison: Comparison): string {
  const { requests, changed, unasked } = countsOfComparison(comparison);
  const kinds = new Map<Change, number>();
  for (const { change } of comparison.suites.flatMap(({ cases }) => cases)) {
    if (change !== undefined) kinds.set(change, (kinds.get(change) ?? 0) + 1);
  }
  const told = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
  const some = `${changed} of ${requests} ${requests === 1 ? "answer changes" : "answers change"}`;
  return `${some}${told === "" ? "" : `: ${told}`}${unasked === 0 ? "" : `; ${unasked} could not be asked`}`;
}

export function comparisonJson(comparison: Comparison): string {
  const side = ({ decision, status, reason, headers, why }: SideAnswer) => ({
    decision,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    headers,
    why,
  });
  return jsonText({
    summary: countsOfComparison(comparison),
    changes: comparison.suites.flatMap(({ cases }) =>
      cases.flatMap(({ test, before, after, change }) =>
        change === undefined
          ? []
          : [
              {
                change,
                name: test.name,
                file: test.at.file,
                line: test.at.line,
                request: requestText(test.request),
                old: side(before),
                new: side(after),
              },
            ],
      ),
    ),
    unasked: comparison.suites
      .filter(({ faults }) => faults.length > 0)
      .map(({ suite, faults }) => ({ file: suite.file, faults })),
    notes: comparison.notes,
  });
}
