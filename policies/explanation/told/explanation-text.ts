// An explanation for people, in a terminal.

import { heldText } from "../../evaluation/nearness.js";
import { isNegative } from "../../evaluation/condition-place.js";
import { positionText } from "../../resources/position.js";
import { columnsOf, printable, wrapped } from "../../text/printable.js";
import type { Colours } from "../../text/colours.js";
import type {
  ConditionFinding,
  Explanation,
  HeaderFinding,
  PolicyFinding,
  RuleFinding,
  TokenFinding,
} from "../explanation.js";
import { extensionName, type Origin } from "../origin.js";
import type { Check } from "../token-checks.js";
import { momentText } from "../../text/moment.js";
import {
  changeMark,
  foundText,
  listText,
  locationText,
  outcomeText,
  ruleName,
  seenText,
  toldRules,
} from "./words.js";

export interface TextOptions {
  readonly colours: Colours;
  /** Of the terminal, in columns. */
  readonly width: number;
  /** Every condition of every rule, and every rule. */
  readonly all: boolean;
}

/** Columns of "there, but without the prefix", and blanks around. */
const longestFinding = 35;

/** The explanation in paragraphs; ends with a line end. */
export function explanationText(explanation: Explanation, options: TextOptions): string {
  return new Writer(options).write(explanation);
}

class Writer {
  private readonly lines: string[] = [];

  constructor(private readonly options: TextOptions) {}

  write(explanation: Explanation): string {
    this.headline(explanation);
    this.section("Token", () => this.token(explanation));
    if (explanation.policies.length > 0) this.section("Policies", () => this.policies(explanation));
    if (explanation.headers.length > 0) {
      this.section("Headers on the way to the upstream", () => {
        for (const header of explanation.headers) this.header(header);
      });
    }
    this.section("Why", () => this.paragraph(printable(explanation.why), "  "));
    if (explanation.remedies.length > 0) {
      this.section(explanation.decision === "allowed" ? "Worth knowing" : "What to do", () => {
        for (const remedy of explanation.remedies) this.paragraph(printable(remedy), "  ");
      });
    }
    return `${this.lines.join("\n")}\n`;
  }

  private headline({ decision, status, reason, request, now, stream, principal }: Explanation): void {
    const { colours } = this.options;
    const words = {
      allowed: colours.bold(colours.green("ALLOWED")),
      answered: colours.bold("ANSWERED"),
      denied: colours.bold(colours.red("DENIED")),
      unknown: colours.bold(colours.yellow("NOT KNOWN")),
    };
    const outcome = status !== undefined ? `  ${status} ${reason ?? ""}` : "";
    this.paragraph(`${words[decision]}${printable(outcome)}`);
    const told = [
      `${request.method} ${request.authority}${request.path}`,
      ...(stream === undefined ? [] : [`stream ${stream}`]),
      ...(now === undefined ? [] : [`at ${momentText(now)}`]),
      ...(principal === undefined ? [] : [`by ${principal}`]),
    ];
    this.paragraph(printable(told.join(", ")), "  ");
  }

  private token({ locations, tokens, exemption }: Explanation): void {
    const { colours } = this.options;
    if (exemption !== undefined)
      this.paragraph(
        `${locations.length === 0 ? "not looked at" : "no identity"}: ${printable(extensionName(exemption.at, exemption.origin))}${this.place(exemption.origin)}`,
        "  ",
      );
    else if (locations.length === 0 && tokens.length === 0)
      this.paragraph("not looked for: no JWT rule applies", "  ");
    const names = locations.map(({ location }) => locationText(location));
    const widest = Math.max(...names.map(columnsOf));
    // On a narrow terminal there is no room for two columns.
    const column = widest + longestFinding > this.options.width ? 0 : widest;
    locations.forEach(({ present, tokens: count }, i) => {
      const found = foundText({ location: names[i]!, present, tokens: count });
      const colour = count > 0 ? colours.green : present ? colours.yellow : colours.dim;
      if (column === 0) this.paragraph(`${names[i]!}  ${painted(found, colour)}`, "  ");
      else this.paragraph(painted(found, colour), `  ${names[i]!.padEnd(column)}  `);
    });
    for (const finding of tokens) this.checks(finding);
  }

  private checks({ token, checks, origin }: TokenFinding): void {
    this.lines.push("");
    this.paragraph(
      `${locationText(token.location)}, against ${ruleName(token.rule, origin)}${this.place(origin)}`,
      "  ",
    );
    for (const check of checks) this.check(check);
  }

  private check({ name, result, text }: Check): void {
    const { colours } = this.options;
    const first = (mark: string) => `    ${mark} ${name.padEnd(10)}  `;
    if (result === "not reached")
      this.paragraph(painted("not reached", colours.dim), first(colours.dim("·")));
    else if (result === "assumed")
      this.paragraph(painted(printable(text), colours.yellow), first(colours.yellow("~")));
    else if (result === "passed") this.paragraph(printable(text), first(colours.green("✓")));
    else this.paragraph(painted(printable(text), colours.red), first(colours.red("✗")));
  }

  /** The rules that are the reason, nearest first; of all others, those that match. */
  private policies({ policies, reasons }: Explanation): void {
    if (this.options.all) {
      for (const policy of policies) this.policy(policy, policy.rules);
      return;
    }
    const shown = toldRules({ policies, reasons });
    for (const [policy, rules] of shown) this.policy(policy, rules);
    const count = (lists: Iterable<readonly unknown[]>) =>
      [...lists].reduce((sum, list) => sum + list.length, 0);
    const left = count(policies.map(({ rules }) => rules)) - count(shown.values());
    if (left === 0) return;
    const rules = left === 1 ? "1 rule" : `${left} rules`;
    const more = shown.size === 0 ? rules : `… and ${rules} more`;
    this.paragraph(
      `${more} that ${left === 1 ? "does" : "do"} not match; --all tells ${left === 1 ? "it" : "them"}`,
      "  ",
    );
  }

  private policy(policy: PolicyFinding, told: readonly RuleFinding[]): void {
    const { action, namespace, name, origin } = policy;
    const title = this.options.colours.bold(`${action} ${printable(`${namespace}/${name}`)}`);
    this.paragraph(`${title}  ${this.outcome(policy)}${this.place(origin)}`, "  ");
    for (const rule of told) this.rule(rule, policy);
  }

  private outcome(policy: PolicyFinding): string {
    const { colours } = this.options;
    const { action, decides, rules } = policy;
    const text = outcomeText(policy);
    if (decides) return painted(text, action === "DENY" ? colours.red : colours.green);
    return rules.some(({ matches }) => matches) ? text : painted(text, colours.dim);
  }

  /** The rule, and what there is to know of its conditions: of one that denies what holds, of one that does not match what it lacks. */
  private rule(
    { rule, matches, nearness, conditions, origin }: RuleFinding,
    { action, decides }: PolicyFinding,
  ): void {
    const { colours, all } = this.options;
    if (rule === "rules") {
      this.paragraph("has no rules: it never matches", "    ");
      return;
    }
    const mark = matches ? colours.green("✓") : colours.dim("✗");
    const held = matches || (nearness.total ?? 0) < 2 ? "" : `  ${painted(heldText(nearness), colours.dim)}`;
    this.paragraph(`${rule}${this.place(origin)}${held}`, `    ${mark} `);
    if (all) for (const condition of conditions) this.condition(condition);
    else if (matches && decides && action === "DENY") {
      for (const condition of conditions) if (condition.met) this.condition(condition);
    }
    if (!matches && (!all || conditions.length === 0)) {
      for (const condition of nearness.lacking) this.condition(condition);
    }
  }

  private condition({ place, met, wants, sees, origin }: ConditionFinding): void {
    const { colours } = this.options;
    const mark = met ? colours.green("✓") : colours.red("✗");
    this.paragraph(`${printable(place)}${this.place(origin)}`, `      ${mark} `);
    const none = isNegative(place) ? "none of " : "";
    this.paragraph(`wants ${none}${listText(wants)}`, "        ");
    const seen = seenText(sees);
    this.paragraph(`sees ${met ? seen : painted(seen, colours.yellow)}`, "        ");
  }

  private header({ name, change, values }: HeaderFinding): void {
    const { colours } = this.options;
    const colour = { added: colours.green, removed: colours.red, replaced: colours.yellow }[change];
    const value = values === undefined ? "" : `: ${values.join(", ")}`;
    this.paragraph(printable(name + value), `  ${colour(changeMark[change])} `);
  }

  private place(origin: Origin | undefined): string {
    return origin === undefined ? "" : `  ${this.options.colours.cyan(printable(positionText(origin.at)))}`;
  }

  private section(title: string, write: () => void): void {
    this.lines.push("", this.options.colours.bold(title));
    write();
  }

  /** @param text printable, but for its colours */
  private paragraph(text: string, first = ""): void {
    this.lines.push(wrapped(text, this.options.width, first));
  }
}

/** Each word in the colour, so that a line's end does not lie within one. */
function painted(text: string, colour: (text: string) => string): string {
  return text
    .split(" ")
    .map((word) => (word === "" ? "" : colour(word)))
    .join(" ");
}
