// What a test run looks like: a line for each file, and whatever failed in full.

import type { EventData } from "node:test";
import { inspect } from "node:util";
import pc from "picocolors";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const colours = pc.createColors(process.stdout.isTTY && process.env.NO_COLOR === undefined);

/** The message, which has the difference in it, and the way there without the test runner's own part of it. */
function reasonOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (stack === undefined) return inspect(thrown);
  return stack
    .split("\n")
    .filter((line) => !/^ +at .*\(?node:internal\//.test(line))
    .join("\n");
}

/** What is known of one test file while its events come in. */
class FileReport {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly failures: string[] = [];
  output = "";
  readonly started = Date.now();
  /** The nesting of the test that ended last: a test that ends after a deeper one is the parent of that. */
  private lastNesting = 0;
  /** The names of the suites and tests around the one that runs. */
  private readonly path: string[] = [];

  constructor(readonly file: string) {}

  begin(event: EventData.TestStart): void {
    this.path.length = event.nesting;
    this.path.push(event.name);
  }

  pass(event: EventData.TestPass): void {
    const isParent = this.lastNesting > event.nesting || event.details.type === "suite";
    this.lastNesting = event.nesting;
    if (isParent) return;
    if (event.skip !== undefined || event.todo !== undefined) this.counts.skipped++;
    // Node reports the file itself as a test when it contains none.
    else if (event.name === this.file) this.fail_("the file", "has no test in it");
    else this.counts.passed++;
  }

  fail(event: EventData.TestFail): void {
    this.lastNesting = event.nesting;
    const error = event.details.error as Error & {
      failureType?: string;
      exitCode?: number | null;
      signal?: string | null;
    };
    if (error.failureType === "subtestsFailed") return;
    const name =
      event.name === this.file ? "the file" : [...this.path.slice(0, event.nesting), event.name].join(" > ");
    // A file that has ended without a word, of its own accord or because somebody killed it.
    const ending =
      event.name !== this.file || error.exitCode === undefined
        ? ""
        : `\nIts process ended with ${error.signal ?? `exit code ${String(error.exitCode)}`}.`;
    this.fail_(name, reasonOf(error.cause ?? error) + ending);
  }

  private fail_(name: string, reason: string): void {
    this.counts.failed++;
    this.failures.push(`${colours.red(`  ${name}`)}\n${reason.replace(/^/gm, "    ")}`);
  }

  print(name: string): void {
    const { passed, failed, skipped } = this.counts;
    const mark = failed > 0 ? colours.red("FAIL") : colours.green("ok  ");
    const told = [`${passed} passed`];
    if (failed > 0) told.push(`${failed} failed`);
    if (skipped > 0) told.push(`${skipped} skipped`);
    process.stdout.write(`${mark}  ${name}  ${colours.dim(told.join(", "))}\n`);
    if (failed === 0) return;
    process.stdout.write(`${this.failures.join("\n")}\n`);
    // What a file prints is of interest only when something in it failed.
    const output = this.output.trimEnd().split("\n").slice(-60).join("\n");
    if (output !== "")
      process.stdout.write(`${colours.dim("  it printed:")}\n${output.replace(/^/gm, "    ")}\n`);
  }
}

/**
 * Prints the events of `node:test`'s run() as they come, and adds them up. Counted are the innermost tests: a suite, or a
 * test that only holds others, is none of its own.
 *
 * @param nameOf a test file's path to the name it is printed with
 */
export async function reportTests(
  stream: AsyncIterable<{ type: string; data: unknown }>,
  nameOf: (file: string) => string,
): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const reports = new Map<string, FileReport>();
  let current: FileReport | undefined;
  const finish = (report: FileReport | undefined) => {
    if (report === undefined) return;
    report.print(nameOf(report.file));
    for (const key of ["passed", "failed", "skipped"] as const) total[key] += report.counts[key];
    reports.delete(report.file);
  };
  const reportOf = (file: string) => {
    const report = reports.get(file) ?? new FileReport(file);
    reports.set(file, report);
    return report;
  };
  for await (const { type, data } of stream) {
    const file = (data as { file?: string }).file;
    if (file === undefined) continue;
    if (type === "test:stdout" || type === "test:stderr")
      reportOf(file).output += (data as { message: string }).message;
    if (type !== "test:start" && type !== "test:pass" && type !== "test:fail") continue;
    const report = reportOf(file);
    // Results come file after file, whatever runs at the same time.
    if (current !== report) finish(current);
    current = report;
    if (type === "test:start") report.begin(data as EventData.TestStart);
    else if (type === "test:pass") report.pass(data as EventData.TestPass);
    else report.fail(data as EventData.TestFail);
  }
  finish(current);
  return total;
}
