/** From `authorizationPolicies` to a PolicySet: read, order, expand into rows, lay out. Configuration time only. */
import { boundedObjects, refuseEmpty } from "../../config/bounded_lists";
import { ConfigErrors } from "../../config/config_errors";
import { Fields } from "../../config/fields";
import { markArena, rewindArena } from "../../memory/arena";
import { Region } from "../../memory/region";
import { hashBytes } from "../../memory/hash";
import { spanAddress, spanLength } from "../../memory/span";
import { Attribute, isOfClaims, needOf } from "../attributes/attribute";
import { ClaimNode } from "../tables/claim_tree";
import { MatchTable } from "../tables/match_table";
import { nameTable } from "../tables/name_table";
import { PhaseLayout } from "./phase_layout";
import { AttributeModel, NEGATIVE, RuleModel, SEGMENTS, USE_SIZE } from "../rules/policy_model";
import { PolicyOptions } from "../rules/policy_options";
import { PolicyReader } from "./policy_reader";
import { PolicySet } from "../tables/policy_set";
import { setRow } from "../tables/row_set";
import { MAX_ROWS, fileRows } from "./rule_rows";

/**
 * Compiles the policies of a configuration, none of them included, with those under `extensions` in the same tables. Null, with a message for each fault in `errors`, if there is
 * anything wrong.
 */
export function compilePolicies(
  root: Fields,
  options: PolicyOptions,
  errors: ConfigErrors,
  extensions: Fields | null = null,
): PolicySet | null {
  const region = new Region();
  const faults = errors.messages.length;
  let ours: Fields[] = [];
  if (extensions !== null) {
    ours = boundedObjects(extensions, "claimPolicies");
    refuseEmpty(extensions, "claimPolicies", ours.length);
  }
  const count = root.count("authorizationPolicies");
  const reader = new PolicyReader(region, options, count + ours.length);
  let node = root.first("authorizationPolicies");
  for (let i = 0; i < count; i++, node = root.document.next(node)) {
    // What reading one takes of the arena serves for the next.
    const mark = markArena();
    reader.readPolicy(root.element("authorizationPolicies", node, i), i);
    rewindArena(mark);
  }
  for (let i = 0; i < ours.length; i++) reader.readPolicy(ours[i], i, true);
  const set = errors.messages.length == faults ? compileRules(reader, region, errors) : null;
  reader.release();
  if (set === null) region.release();
  return set;
}

/** The rules that a reader has read without a fault, in tables in its region. Null, with a message in `errors`, if they are too many. */
export function compileRules(reader: PolicyReader, region: Region, errors: ConfigErrors): PolicySet | null {
  const faults = errors.messages.length;
  const set = new PolicySet(reader.rules.sort(byNativeOrder), reader.registry.models, region);
  set.hasAllow = reader.hasAllow;
  set.comparands = reader.comparands.all;
  const ruleOfRow: i32[] = [];
  expandRows(set, ruleOfRow, errors);
  if (errors.messages.length == faults) layOut(set, reader.registry.models, ruleOfRow, errors);
  return errors.messages.length == faults ? set : null;
}

/** By segment, then as std::map<std::string, …> has them. */
function byNativeOrder(a: RuleModel, b: RuleModel): i32 {
  if (a.segment != b.segment) return <i32>a.segment - <i32>b.segment;
  const shorter = min(spanLength(a.nameBytes), spanLength(b.nameBytes));
  const difference = memory.compare(spanAddress(a.nameBytes), spanAddress(b.nameBytes), <usize>shorter);
  return difference != 0 ? difference : <i32>spanLength(a.nameBytes) - <i32>spanLength(b.nameBytes);
}

function expandRows(set: PolicySet, ruleOfRow: i32[], errors: ConfigErrors): void {
  let segment = 0;
  for (let r = 0; r < set.rules.length; r++) {
    const rule = set.rules[r];
    for (; segment <= <i32>rule.segment; segment++) set.segmentRows[segment] = ruleOfRow.length;
    const rows = fileRows(rule, ruleOfRow.length, MAX_ROWS - ruleOfRow.length);
    if (rows < 0) {
      errors.add(
        rule.path,
        "too many combinations of `from` and `to` in all policies together (most: " +
          MAX_ROWS.toString() +
          "); put values that belong together into one source or operation",
      );
      return;
    }
    for (let i = 0; i < rows; i++) ruleOfRow.push(r);
  }
  for (; segment <= SEGMENTS; segment++) set.segmentRows[segment] = ruleOfRow.length;
  set.rowCount = ruleOfRow.length;
}

function layOut(set: PolicySet, models: AttributeModel[], ruleOfRow: i32[], errors: ConfigErrors): void {
  const region = set.region;
  const ofClaims: AttributeModel[] = [];
  const ofRequest: AttributeModel[] = [];
  for (let m = 0; m < models.length; m++) {
    (isOfClaims(models[m].attribute) ? ofClaims : ofRequest).push(models[m]);
    set.needs |= needOf(models[m].attribute);
  }
  set.needsClaims = ofClaims.length > 0;
  set.rowRules = region.allocate((<usize>ruleOfRow.length) << 2);
  for (let i = 0; i < ruleOfRow.length; i++) store<u32>(set.rowRules + ((<usize>i) << 2), ruleOfRow[i]);
  set.ruleNames = region.allocate((<usize>set.rules.length) << 3);
  for (let i = 0; i < set.rules.length; i++)
    store<u64>(set.ruleNames + ((<usize>i) << 3), set.rules[i].nameBytes);
  const claims = new PhaseLayout(region, ofClaims, ruleOfRow.length);
  const request = new PhaseLayout(region, ofRequest, ruleOfRow.length);
  if (claims.tooManyConditions || request.tooManyConditions) {
    errors.add("authorizationPolicies", "a rule has more than 65535 conditions");
    return;
  }
  set.claimsForbid = forbiddenRows(region, ofClaims, ruleOfRow.length);
  set.claimsPhase = claims.phase;
  set.requestPhase = request.phase;
  placeTables(set, ofClaims, claims);
  placeTables(set, ofRequest, request);
  for (let m = 0; m < models.length; m++) models[m].forgetRows();
}

/** The set of rows with a negative condition on one of these attributes. */
function forbiddenRows(region: Region, models: AttributeModel[], rows: i32): usize {
  const set = region.allocate(((<usize>rows + 63) >> 6) << 3);
  for (let m = 0; m < models.length; m++) {
    const uses = models[m].uses;
    for (let i = 0; i < uses.length; i += USE_SIZE) {
      if (uses[i + 1] == NEGATIVE) setRow(set, uses[i + 2]);
    }
  }
  return set;
}

function placeTables(set: PolicySet, models: AttributeModel[], layout: PhaseLayout): void {
  const trees = new Map<i32, NameNode>();
  for (let m = 0; m < models.length; m++) {
    const model = models[m];
    const table = changetype<usize>(layout.table(m));
    if (model.path.length == 0) {
      set.tables[model.attribute] = table;
      if (isAddress(model.attribute)) set.rangeLengths[model.attribute] = keepRangeLengths(set.region, model);
      continue;
    }
    if (!trees.has(model.attribute)) trees.set(model.attribute, new NameNode());
    let node = trees.get(model.attribute);
    for (let i = 0; i < model.path.length; i++) node = node.below(model.path[i]);
    node.table = table;
  }
  const keys = trees.keys();
  for (let i = 0; i < keys.length; i++) set.trees[keys[i]] = trees.get(keys[i]).keep(set.region);
}

function isAddress(attribute: Attribute): bool {
  return (
    attribute == Attribute.DestinationAddress ||
    attribute == Attribute.RemoteAddress ||
    attribute == Attribute.DirectRemoteAddress
  );
}

/** Keys of ranges begin with family and prefix length. */
function keepRangeLengths(region: Region, model: AttributeModel): usize {
  const lengths: i32[] = [];
  for (let i = 0; i < model.patterns.length; i++) {
    const length = <i32>load<u16>(spanAddress(model.patterns[i].bytes));
    if (!lengths.includes(length)) lengths.push(length);
  }
  const address = region.allocate(4 + ((<usize>lengths.length) << 1));
  store<u32>(address, lengths.length);
  for (let i = 0; i < lengths.length; i++) store<u16>(address + ((<usize>i) << 1), <u16>lengths[i], 4);
  return address;
}

/** A ClaimNode in the making. */
class NameNode {
  table: usize = 0;
  names: string[] = [];
  nodes: NameNode[] = [];
  places: Map<string, i32> = new Map<string, i32>();

  below(name: string): NameNode {
    if (this.places.has(name)) return this.nodes[this.places.get(name)];
    const node = new NameNode();
    this.places.set(name, this.nodes.length);
    this.names.push(name);
    this.nodes.push(node);
    return node;
  }

  /** Address of the node in the region. Recursion is as deep as the longest key has brackets (condition_key.ts, MAX_NAMES). */
  keep(region: Region): usize {
    const node = changetype<ClaimNode>(region.allocate(offsetof<ClaimNode>()));
    node.table = changetype<MatchTable>(this.table);
    if (this.nodes.length > 0) {
      node.names = nameTable(region, this.nodes.length);
      for (let i = 0; i < this.nodes.length; i++) {
        const name = region.keepText(this.names[i]);
        node.names.insert(name, hashBytes(name), <u32>this.nodes[i].keep(region));
      }
    }
    return changetype<usize>(node);
  }
}
