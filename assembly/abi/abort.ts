/**
 * What AssemblyScript calls when an assertion of its library fails. Nothing of this project's own code asserts (design.md, rule 1); should it
 * happen all the same, the host's log names the place before the VM traps.
 */
import { utf8 } from "../memory/persistent";
import { log, LogLevel } from "./calls/log";

export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = message ? message : "abort";
  const place = file ? file : "?";
  log(
    LogLevel.Critical,
    utf8("jwt-policy: " + text + " at " + place + ":" + line.toString() + ":" + column.toString()),
  );
  unreachable();
}
