// docs/command.md: what the exit codes of each verb mean.

import { exitCodes } from "../../cli/terminal/exit-code.js";
import { markdownTable } from "./markdown-table.js";

/** A row for each verb. */
export const exitCodeTable = (): string =>
  markdownTable(
    ["verb", "0", "1", "2"],
    Object.entries(exitCodes).map(([verb, meanings]) => [`\`${verb}\``, ...meanings]),
  );
