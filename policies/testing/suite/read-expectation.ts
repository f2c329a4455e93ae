// What a test expects, and whether it can be met at all.

import { RE2JS } from "re2js";
import { metadataTold, refusals } from "../../evaluation/outcomes.js";
import { isObject } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { JsonPath } from "../../schema/violations.js";
import { nearestName } from "../../text/spelling.js";
import type { SuiteReader } from "./suite-reader.js";
import type { Expectation } from "./suite.js";

const reasons: readonly string[] = refusals.map(({ text }) => text);

/** @param expect as the schema allows it */
export function readExpectation(expect: Json, path: JsonPath, reader: SuiteReader): Expectation {
  if (expect === "allow" || expect === 200) return { decision: "allowed" };
  if (expect === "deny") return { decision: "denied" };
  if (typeof expect === "number") return { decision: "denied", status: expect };
  const { status, ...rest } = expect as JsonObject;
  checkReason(rest["reason"], path, reader);
  checkPatterns(rest, path, reader);
  if (status === undefined) return { decision: undefined, ...rest };
  if (status === 200) return { decision: rest["reason"] === metadataTold ? "answered" : "allowed", ...rest };
  return { decision: "denied", ...rest, status: status as number };
}

function checkReason(reason: Json | undefined, path: JsonPath, reader: SuiteReader): void {
  if (typeof reason !== "string" || reasons.includes(reason)) return;
  const near = nearestName(reason, reasons);
  const remedy = near === undefined ? "docs/outcomes.md lists all" : `did you mean ${near}?`;
  reader.fault([...path, "reason"], `the filter knows no such outcome; ${remedy}`);
}

function checkPatterns(fields: JsonObject, path: JsonPath, reader: SuiteReader): void {
  for (const side of ["upstream", "response"]) {
    const headers = (fields[side] as JsonObject | undefined)?.["headers"] as JsonObject | undefined;
    for (const [name, wanted] of Object.entries(headers ?? {})) {
      const pattern = isObject(wanted) ? wanted["matches"] : undefined;
      if (typeof pattern !== "string") continue;
      try {
        RE2JS.compile(pattern);
      } catch (error) {
        const { message } = error as Error;
        reader.fault([...path, side, "headers", name, "matches"], `${message}; expressions are those of RE2`);
      }
    }
  }
}
