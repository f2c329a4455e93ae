/** `ignoreTokens` and `foreignTokens`: operations as Istio's policies have them, compiled by the same compiler into the same rows. */
import { Fields } from "../../config/fields";
import { Region } from "../../memory/region";
import { compileRules } from "../../policy/compilation/compile";
import { PolicyReader } from "../../policy/compilation/policy_reader";
import { Clause, Part, Segment } from "../../policy/rules/policy_model";
import { PolicyOptions } from "../../policy/rules/policy_options";
import { REQUEST_FIELDS } from "../../policy/rules/rule_field";
import { boundedObjects, refuseEmpty } from "../../config/bounded_lists";
import { IGNORED, NOT_JWT, TokenExemptions, UNKNOWN_ISSUER } from "./token_exemptions";

const KIND_NAMES: string[] = ["UNKNOWN_ISSUER", "NOT_JWT"];
const KIND_SEGMENTS: Segment[] = [UNKNOWN_ISSUER, NOT_JWT];

/** Null: nothing is exempt. Faults go to the errors of `extensions`. */
export function readTokenExemptions(extensions: Fields, options: PolicyOptions): TokenExemptions | null {
  const ignored = entries(extensions, "ignoreTokens");
  const foreign = entries(extensions, "foreignTokens");
  if (ignored.length + foreign.length == 0) return null;
  const region = new Region();
  const reader = new PolicyReader(region, options, 0);
  for (let i = 0; i < ignored.length; i++) {
    const faults = extensions.errors.messages.length;
    const clause = readOperation(reader, ignored[i], i);
    if (clause.count == 0 && extensions.errors.messages.length == faults)
      extensions.errors.add(
        ignored[i].path,
        "must name paths, methods or hosts: else no token is ever looked at",
      );
    add(reader, region, "extensions.ignoreTokens", i, clause, IGNORED);
  }
  for (let i = 0; i < foreign.length; i++) {
    const kinds = readKinds(foreign[i]);
    const clause = readOperation(reader, foreign[i], i);
    for (let k = 0; k < KIND_NAMES.length; k++) {
      if (kinds.includes(KIND_NAMES[k]))
        add(reader, region, "extensions.foreignTokens", i, clause, KIND_SEGMENTS[k]);
    }
  }
  const operations = extensions.errors.none ? compileRules(reader, region, extensions.errors) : null;
  reader.release();
  if (operations !== null) return new TokenExemptions(operations);
  region.release();
  return null;
}

function entries(extensions: Fields, name: string): Fields[] {
  const list = boundedObjects(extensions, name);
  refuseEmpty(extensions, name, list.length);
  return list;
}

function readOperation(reader: PolicyReader, entry: Fields, index: i32): Clause {
  return reader.readClause(entry, Part.To, index, REQUEST_FIELDS);
}

function add(
  reader: PolicyReader,
  region: Region,
  list: string,
  index: i32,
  clause: Clause,
  segment: Segment,
): void {
  const name = region.keepText(list + "[" + index.toString() + "]");
  const rule = reader.addRule(name, segment, list, index, -1);
  if (clause.count > 0) rule.to.add(clause);
}

function readKinds(entry: Fields): string[] {
  const kinds = entry.strings("kinds");
  if (kinds.length == 0) entry.error("kinds", "must name UNKNOWN_ISSUER, NOT_JWT or both");
  for (let i = 0; i < kinds.length; i++) {
    if (!KIND_NAMES.includes(kinds[i]))
      entry.error("kinds[" + i.toString() + "]", 'must be UNKNOWN_ISSUER or NOT_JWT, not "' + kinds[i] + '"');
  }
  return kinds;
}
