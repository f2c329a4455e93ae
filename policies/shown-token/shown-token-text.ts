// A shown token for people, in a terminal.

import { positionText } from "../resources/position.js";
import type { Json, JsonObject } from "../resources/tree.js";
import type { Colours } from "../text/colours.js";
import { columnsOf, printable, wrapped } from "../text/printable.js";
import type { RuleVerdict } from "./rule-verdicts.js";
import type { ShownToken } from "./shown-token.js";

export interface ShownTextOptions {
  readonly colours: Colours;
  /** Of the terminal, in columns. */
  readonly width: number;
}

/** In paragraphs; ends with a line end. */
export function shownTokenText(shown: ShownToken, { colours, width }: ShownTextOptions): string {
  const lines: string[] = [];
  const paragraph = (text: string, first = "  ") => void lines.push(wrapped(text, width, first));
  const section = (title: string) => void lines.push("", colours.bold(title));
  const { kind, what, header, claims, times, principal, rules, notes, remedies, verified, fault } = shown;

  lines.push(colours.bold(printable(what[0]!.toUpperCase() + what.slice(1))));
  if (kind === "jwt") {
    if (verified)
      paragraph(
        colours.green("VERIFIED: the signature is good, by the keys of the rule that takes it below"),
      );
    else
      paragraph(
        painted(
          "NOT VERIFIED: the signature has not been checked; anybody could have written these claims" +
            (rules === undefined ? "" : ". --jwks ISSUER=FILE gives the keys to check it with"),
          colours.yellow,
        ),
      );
    if (fault !== undefined) paragraph(painted(`no rule takes it: ${printable(fault)}`, colours.red));
  }
  for (const note of notes) paragraph(printable(note));

  if (header !== undefined) {
    section("Header");
    members(header);
  }
  if (claims !== undefined) {
    section("Claims");
    members(claims);
    if (principal !== undefined) {
      lines.push("");
      paragraph(`requestPrincipals sees ${printable(principal)}`);
    }
  }
  if (times.length > 0) {
    section("Times");
    const widest = Math.max(...times.map(({ claim }) => claim.length));
    for (const { claim, text, refuses } of times) {
      paragraph(refuses ? painted(text, colours.red) : text, `  ${claim.padEnd(widest)}  `);
    }
  }
  if (rules !== undefined) {
    section("Which rule takes it");
    if (rules.length === 0)
      paragraph(
        "there is no JWT rule here: the token would not be verified, and no policy would see its claims",
      );
    for (const rule of rules) verdict(rule);
  }
  if (remedies.length > 0) {
    section("What to do");
    for (const remedy of remedies) paragraph(printable(remedy));
  }
  return `${lines.join("\n")}\n`;

  function members(object: JsonObject): void {
    const names = Object.keys(object).map(printable);
    if (names.length === 0) paragraph("none");
    const widest = Math.min(24, Math.max(...names.map(columnsOf)));
    Object.values(object).forEach((value, i) => {
      paragraph(valueText(value), `  ${names[i]!.padEnd(widest)}  `);
    });
  }

  function verdict({ rule, origin, looksIn, verdict: result, why }: RuleVerdict): void {
    const name =
      origin?.resource === undefined ? rule : `${rule.slice(rule.indexOf(".") + 1)} of ${origin.resource}`;
    const place = origin === undefined ? "" : `  ${colours.cyan(printable(positionText(origin.at)))}`;
    const mark = { takes: colours.green("✓"), "would take": colours.yellow("~"), refuses: colours.red("✗") }[
      result
    ];
    paragraph(`${printable(name)}${place}`, `  ${mark} `);
    const told = { takes: "takes it: ", "would take": "would take it, ", refuses: "does not take it: " }[
      result
    ];
    paragraph(told + printable(why), "      ");
    if (result !== "refuses") paragraph(`looks in ${printable(looksIn.join("; "))}`, "      ");
  }
}

/** Each word in the colour, so that a line's end does not lie within one. */
const painted = (text: string, colour: (text: string) => string) =>
  text
    .split(" ")
    .map((word) => colour(word))
    .join(" ");

/** A text as it is, in quotes if it would not be seen for what it is; anything else as JSON. */
function valueText(value: Json | undefined): string {
  if (typeof value === "string" && !/^$|^\s|\s$|^[-\d[{"]|^(true|false|null)$/.test(value))
    return printable(value);
  return printable(JSON.stringify(value));
}
