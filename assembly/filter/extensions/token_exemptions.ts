/**
 * Requests on which no token is looked at, and tokens that a request may bring without being refused for them (docs/extensions.md). Either way the
 * request has no identity: the policies judge it as one without a token.
 */
import { Status } from "../../decision/status";
import { utf8 } from "../../memory/persistent";
import { auditRule, dryRunAllowRule, dryRunDenyRule, evaluate } from "../../policy/evaluation/evaluate";
import { RequestAttributes, requestAttributesAt } from "../../policy/attributes/request_attributes";
import { Segment } from "../../policy/rules/policy_model";
import { PolicySet } from "../../policy/tables/policy_set";
import { HeaderList } from "../../request/header_list";
import { isPlainPath } from "../../request/plain_path";

/**
 * What an entry exempts from, as the segment of the policies' rows that its operation is compiled into: those that decide nothing, of which one look
 * finds the first rule of each.
 */
export const IGNORED: Segment = Segment.Audit;
export const UNKNOWN_ISSUER: Segment = Segment.DryRunDeny;
export const NOT_JWT: Segment = Segment.DryRunAllow;

const NONE: i32 = -1;
const PATH = utf8(":path");
const attributesMemory: usize = heap.alloc(offsetof<RequestAttributes>());

export class TokenExemptions {
  /** Numbers of the entries that exempt the request last looked at, NONE without: from all tokens, from those of unknown issuers, from what is no JWT. */
  private ignored: i32 = NONE;
  private unknownIssuer: i32 = NONE;
  private notJwt: i32 = NONE;

  constructor(readonly operations: PolicySet) {}

  /** Looks which entries are for a request. @param headers as they were sent */
  look(headers: HeaderList): void {
    this.ignored = this.unknownIssuer = this.notJwt = NONE;
    const path = headers.find(PATH);
    if (path < 0 || !isPlainPath(headers.value(path))) return;
    const attributes = requestAttributesAt(attributesMemory);
    attributes.headers = headers;
    evaluate(this.operations, attributes);
    this.ignored = auditRule;
    this.unknownIssuer = dryRunDenyRule;
    this.notJwt = dryRunAllowRule;
  }

  get ignoresTokens(): bool {
    return this.ignored != NONE;
  }

  /** Place of the entry that ignores all tokens. */
  get ignoringPlace(): string {
    return this.operations.rules[this.ignored].path;
  }

  /** Place of the entry that lets a request by whose tokens were refused so; "": it is refused. A JWT of a known issuer is good or refused. */
  placeOf(status: Status): string {
    let entry = NONE;
    if (status == Status.JwtUnknownIssuer) entry = this.unknownIssuer;
    else if (
      status == Status.JwtBadFormat ||
      status == Status.JwtHeaderParseErrorBadBase64 ||
      status == Status.JwtHeaderParseErrorBadJson
    )
      entry = this.notJwt;
    return entry == NONE ? "" : this.operations.rules[entry].path;
  }

  release(): void {
    this.operations.release();
  }
}
