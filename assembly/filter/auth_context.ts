/** What authenticating one request works on. One instance serves all requests of a plugin, one after the other; `begin` makes it new. */
import { Status } from "../decision/status";
import { allocate } from "../memory/arena";
import { Span, spanEquals } from "../memory/span";
import { HeaderList } from "../request/header_list";
import { parseToken, Token } from "../token/token";
import { JwtRules } from "./jwt_rules";

/** Distinct tokens of one request that are remembered as parsed; further ones are parsed again for each rule. */
const REMEMBERED_TOKENS: u32 = 32;
/** Entry: u32 address of the token | u32 endpoint + 1 whose keys it was checked with | u32 the outcome | u32 unused. */
const ENTRY_SIZE: usize = 16;

/** Values of `waitedFor` besides an endpoint. */
export const NOTHING: i32 = -1;
export const EVERYTHING: i32 = -2;

const NO_TOKEN: Token = changetype<Token>(0);

export class AuthContext {
  headers: HeaderList = changetype<HeaderList>(0);
  /** Seconds and milliseconds since 1970. */
  now: u64 = 0;
  nowMilliseconds: i64 = 0;
  /** The endpoint whose fetch this request has just waited for: it does not wait for it again. NOTHING, or EVERYTHING to wait for none. */
  waitedFor: i32 = NOTHING;

  /** The token whose claims are the request's identity, and the rule that accepted it; null (address 0) and -1 without. */
  identity: Token = NO_TOKEN;
  identityRule: i32 = -1;
  /** Set with AwaitingKeys: the endpoint whose keys are on their way. */
  awaitedEndpoint: i32 = -1;
  /** Set with AwaitingKeys: keys are there, but the token's is not among them. */
  awaitsNewer: bool = false;
  /** Tokens taken out of the request so far. */
  removals: u32 = 0;

  private tokens: usize = 0;
  private tokenCount: u32 = 0;

  constructor(readonly rules: JwtRules) {}

  begin(headers: HeaderList, nowNanoseconds: u64, waitedFor: i32): void {
    this.headers = headers;
    this.now = nowNanoseconds / 1_000_000_000;
    this.nowMilliseconds = nowNanoseconds / 1_000_000;
    this.waitedFor = waitedFor;
    this.identity = NO_TOKEN;
    this.identityRule = -1;
    this.awaitedEndpoint = -1;
    this.awaitsNewer = false;
    this.removals = 0;
    this.tokens = 0;
    this.tokenCount = 0;
  }

  /** The token of this text, parsed once however many rules look at it; null (address 0) if the arena is exhausted. */
  parse(text: Span): Token {
    const known = this.find(text);
    if (known != 0) return changetype<Token>(<usize>load<u32>(known));
    const token = parseToken(text);
    if (this.tokens == 0) this.tokens = allocate(ENTRY_SIZE * <usize>REMEMBERED_TOKENS);
    if (this.tokens == 0) return NO_TOKEN;
    if (this.tokenCount < REMEMBERED_TOKENS && changetype<usize>(token) != 0) {
      const at = this.tokens + ENTRY_SIZE * <usize>this.tokenCount;
      store<u32>(at, <u32>changetype<usize>(token));
      store<u32>(at, 0, 4);
      this.tokenCount = this.tokenCount + 1;
    }
    return token;
  }

  /** What checking this token's signature with an endpoint's keys gave earlier in this request; AwaitingKeys if it was not checked. */
  signatureStatus(token: Token, endpoint: i32): Status {
    const at = this.find(token.text);
    return at != 0 && load<u32>(at, 4) == <u32>endpoint + 1 ? load<u32>(at, 8) : Status.AwaitingKeys;
  }

  rememberSignature(token: Token, endpoint: i32, status: Status): void {
    const at = this.find(token.text);
    if (at == 0) return;
    store<u32>(at, <u32>endpoint + 1, 4);
    store<u32>(at, status, 8);
  }

  private find(text: Span): usize {
    for (let i: u32 = 0; i < this.tokenCount; i++) {
      const at = this.tokens + ENTRY_SIZE * <usize>i;
      const token = changetype<Token>(<usize>load<u32>(at));
      if (token.text == text || spanEquals(token.text, text)) return at;
    }
    return 0;
  }
}
