// The tables of docs/outcomes.md, from the list that the command has.

import { keySetFaults, refusals } from "../../policies/evaluation/outcomes.js";
import { markdownTable } from "./markdown-table.js";

/** What a request can be answered with. */
export function refusalTable(): string {
  const rows = refusals.map(({ number, text, httpStatus, cause, remedy }) => [
    String(number),
    String(httpStatus),
    text,
    `${cause} ${remedy}`,
  ]);
  return markdownTable(["no", "code", "text", "why, and what to do"], rows);
}

/** Why a key set is refused. */
export function keySetFaultTable(): string {
  return markdownTable(
    ["no", "text"],
    keySetFaults.map(({ number, text }) => [String(number), text]),
  );
}
