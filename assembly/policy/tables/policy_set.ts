/**
 * The compiled policies of one configuration: flat tables in a region of their own, read by evaluate.ts, and beside them the rules as
 * they were written, for explain.ts.
 */
import { Region } from "../../memory/region";
import { Span } from "../../memory/span";
import { ATTRIBUTES, Attribute } from "../attributes/attribute";
import { ClaimNode } from "./claim_tree";
import { MatchTable } from "./match_table";
import { Phase } from "./phase";
import { Comparand } from "../values/comparand";
import { AttributeModel, RuleModel, SEGMENTS, Segment } from "../rules/policy_model";

export class PolicySet {
  /** All rules, by segment, within it in native's order: that of the names' bytes. */
  readonly rules: RuleModel[];
  /** Set of `Need`s: the properties that the filter has to fill in. */
  needs: u32 = 0;
  /** Whether any rule looks at the token's claims; if not, `evaluateClaims` says the same for every request. */
  needsClaims: bool = false;
  /** Whether what no rule allows is denied: there is an ALLOW policy that is no dry run. */
  hasAllow: bool = false;
  rowCount: u32 = 0;
  claimsPhase: Phase = changetype<Phase>(0);
  requestPhase: Phase = changetype<Phase>(0);
  /** By `Attribute`, for those without key: the address of its MatchTable, 0 if no rule asks for it. */
  tables: StaticArray<usize> = new StaticArray<usize>(ATTRIBUTES);
  /** By `Attribute`, for those with key: the tree of names; 0 if no rule asks for any. */
  trees: StaticArray<usize> = new StaticArray<usize>(ATTRIBUTES);
  /** For each address attribute the (family, prefix length) pairs in use: u32 count, then two bytes each. */
  rangeLengths: StaticArray<usize> = new StaticArray<usize>(ATTRIBUTES);
  /** First row of each segment; one more at the end. */
  segmentRows: StaticArray<u32> = new StaticArray<u32>(SEGMENTS + 1);
  /** What claims are compared with that a request says anew; see `comparesWithRequest`. */
  comparands: Comparand[] = [];
  /** Address of the set of rows that a token's claims can keep from matching: those with a negative condition on them. */
  claimsForbid: usize = 0;
  /** Address of the rule's number for each row, u32 each. */
  rowRules: usize = 0;
  /** Address of the names of the rules, a span each. */
  ruleNames: usize = 0;

  /** Headers whose values no explanation shows, in lower case: credentials, and wherever tokens sit. */
  secretHeaders: string[] = ["authorization", "proxy-authorization", "cookie"];

  constructor(
    rules: RuleModel[],
    /** What the rules' conditions point at, from where no collector looks. */
    readonly models: AttributeModel[],
    readonly region: Region,
  ) {
    this.rules = rules;
  }

  /** Bytes of what `evaluateClaims` answers. */
  get claimRowsSize(): u32 {
    return ((this.rowCount + 63) >> 6) << 3;
  }

  /** Whether what `evaluateClaims` answers is of one request alone, and must not be remembered with its token. */
  get comparesWithRequest(): bool {
    return this.comparands.length > 0;
  }

  /** `ns[foo]-policy[bar]-rule[0]`; the span lives as long as the set. */
  ruleName(rule: i32): Span {
    return load<u64>(this.ruleNames + ((<usize>rule) << 3));
  }

  segmentOf(rule: i32): Segment {
    return this.rules[rule].segment;
  }


  @inline
  table(attribute: Attribute): MatchTable {
    return changetype<MatchTable>(unchecked(this.tables[attribute]));
  }


  @inline
  tree(attribute: Attribute): ClaimNode {
    return changetype<ClaimNode>(unchecked(this.trees[attribute]));
  }

  /** Gives the tables back; the set must not be used any more. */
  release(): void {
    this.region.release();
  }
}
