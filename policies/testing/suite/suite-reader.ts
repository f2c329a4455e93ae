// What the readers of a test file's parts have in common: the document, and the faults found in it.

import type { Position } from "../../resources/position.js";
import { toJson, type Tree } from "../../resources/tree.js";
import { placeOf } from "../../schema/place.js";
import { pathText, type JsonPath } from "../../schema/violations.js";
import { nearestName } from "../../text/spelling.js";
import type { SuiteFault } from "./suite.js";

export class SuiteReader {
  readonly faults: SuiteFault[] = [];

  /** @param now seconds since 1970, the suite's moment */
  constructor(
    readonly document: Tree,
    readonly now: number,
  ) {}

  at(...path: JsonPath): Position {
    return placeOf(this.document, { path, ofName: false });
  }

  /** @param message reads on behind the field's path */
  fault(path: JsonPath, message: string): void {
    const field = pathText(toJson(this.document), path);
    this.faults.push({ at: this.at(...path), message: field === "" ? message : `${field}: ${message}` });
  }

  /** A fault unless the suite has a token of that name. */
  requireToken(name: string, known: ReadonlySet<string>, path: JsonPath): void {
    if (known.has(name)) return;
    const near = nearestName(name, [...known]);
    const there = known.size === 0 ? "the file has no tokens" : `tokens has ${[...known].join(", ")}`;
    this.fault(path, `there is no token ${name}; ${near === undefined ? there : `did you mean ${near}?`}`);
  }
}
