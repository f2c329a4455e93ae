// From a document of a test file to a suite, or everything that is wrong with it.

import { instantOf } from "../../text/moment.js";
import { policyTestSchema } from "../../schema/published-schemas.js";
import { readResource, resourceName } from "../../resources/resource.js";
import { scalarText, toJson, type Json, type JsonObject } from "../../resources/tree.js";
import { placeOf, remedyFor } from "../../schema/place.js";
import { pathText, violations } from "../../schema/violations.js";
import { readCases } from "./read-cases.js";
import { readTokens } from "./read-tokens.js";
import { SuiteReader } from "./suite-reader.js";
import type { Subject, Suite, SuiteDocument, SuiteFault, WorkloadFields } from "./suite.js";

/**
 * Reads a document.
 * @param present seconds since 1970, for a suite that names no moment
 */
export function readSuite({ file, tree }: SuiteDocument, present: number): Suite | readonly SuiteFault[] {
  const object = readResource(tree, "");
  if (object !== undefined) {
    const message = `${resourceName(object)} is no test, but what tests are for: name the file in a test file's policies`;
    return [{ at: tree.at, message }];
  }
  const json = toJson(tree);
  const objections = violations(json, policyTestSchema);
  if (objections.length > 0) {
    const faults = objections.map((one) => ({
      at: placeOf(tree, one),
      message: `${pathText(json, one.path) || "the document"}: ${one.message}${remedy(remedyFor(tree, one))}`,
    }));
    return inOrder(faults);
  }
  const fields = json as JsonObject;
  const now = fields["now"] === undefined ? present : instantOf(scalarText(fields["now"]));
  const reader = new SuiteReader(tree, now ?? present);
  if (now === undefined) {
    reader.fault(["now"], "is no time; expected 2026-01-31T12:00:00Z, or seconds since 1970");
  }
  const subject = readSubject(fields, reader);
  const tokens = readTokens(fields["tokens"] as JsonObject | undefined, reader);
  const cases = readCases(fields, new Set(tokens.keys()), reader);
  if (reader.faults.length > 0 || subject === undefined) return inOrder(reader.faults);
  return {
    file,
    at: tree.at,
    name: textOf(fields["name"]) ?? file.replace(/^.*[/\\]/, ""),
    subject,
    now: reader.now,
    issuer: textOf(fields["issuer"]),
    tokens,
    keys: new Map(Object.entries((fields["keys"] ?? {}) as Record<string, string>)),
    cases,
  };
}

function readSubject(fields: JsonObject, reader: SuiteReader): Subject | undefined {
  const { config, policies } = fields;
  if (config !== undefined) {
    for (const name of ["policies", "for"]) {
      if (fields[name] !== undefined) reader.fault([name], "excludes config: give one of them");
    }
    return { kind: "config", config: config as JsonObject | string, at: reader.at("config") };
  }
  if (policies === undefined || fields["for"] === undefined) {
    reader.fault([], "policies and for are missing: which policies, for which workload? (or config)");
    return undefined;
  }
  if (fields["service"] !== undefined && fields["serviceEntry"] !== undefined) {
    reader.fault(["serviceEntry"], "excludes service: give one of them");
  }
  const workload = { rootNamespace: "istio-system", namespace: "default", ...fields };
  return {
    kind: "policies",
    paths: policies as string[],
    workload: workload as unknown as WorkloadFields,
  };
}

const inOrder = (faults: readonly SuiteFault[]) => faults.toSorted((a, b) => a.at.offset - b.at.offset);

const remedy = (text: string | undefined) => (text === undefined ? "" : `; ${text}`);

const textOf = (value: Json | undefined) => (typeof value === "string" ? value : undefined);
