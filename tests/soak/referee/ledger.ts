// What was sent and what came back.

import type { SoakAnswer } from "../load/client.js";

/** An answer that is not among the right ones. */
export interface WrongAnswer {
  kind: string;
  answer: SoakAnswer;
  right: string[];
}

export class Ledger {
  private readonly counts = new Map<string, Map<string, number>>();
  /** Answers of requests for which more than one would have been right. */
  readonly open = new Map<string, number>();
  wrong: WrongAnswer | undefined;

  /** @param kinds in the order in which the table shows them */
  constructor(kinds: readonly string[]) {
    for (const kind of kinds) this.counts.set(kind, new Map());
  }

  note(kind: string, answer: SoakAnswer, right: ReadonlyMap<string, string>): void {
    this.count(kind, answer.text);
    if (!right.has(answer.text)) this.wrong ??= { kind, answer, right: [...right.keys()] };
    if (right.size < 2) return;
    const reason = right.get(answer.text) ?? "wrong";
    this.open.set(reason, (this.open.get(reason) ?? 0) + 1);
  }

  count(kind: string, answer: string): void {
    const answers = this.counts.get(kind) ?? new Map<string, number>();
    this.counts.set(kind, answers.set(answer, (answers.get(answer) ?? 0) + 1));
  }

  /** Whether anything was answered so. */
  has(text: string): boolean {
    return [...this.counts.values()].some((answers) => answers.has(text));
  }

  get total(): number {
    return [...this.counts.values()].flatMap((answers) => [...answers.values()]).reduce((a, b) => a + b, 0);
  }

  /** A Markdown table: kind, number, answers. */
  table(): string {
    const rows = [...this.counts].map(([kind, answers]) => {
      const sent = [...answers.values()].reduce((a, b) => a + b, 0);
      const sorted = [...answers].sort((a, b) => b[1] - a[1]);
      const came = sorted.map(([text, count]) => (answers.size === 1 ? text : `${count} × ${text}`));
      return `| ${kind} | ${sent} | ${came.join("; ")} |`;
    });
    return ["| thrown at it | requests | came back |", "| --- | --- | --- |", ...rows].join("\n");
  }
}
