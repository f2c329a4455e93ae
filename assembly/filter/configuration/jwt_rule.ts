/** The rules of all RequestAuthentications, compiled: what a request needs of them is flat and in byte spans. */
import { Span, spanEquals, spanIsMissing } from "../../memory/span";
import { LocationKind, TokenLocation } from "../../token/location";
import { IssuerTenants } from "./issuer_tenants";
import { TokenProfile } from "./token_profile";

/** Key sets of one rule at most: its own, and those of `extensions.keySources`. */
export const MAX_KEY_SETS: i32 = 5;

const NONE: StaticArray<i32> = new StaticArray<i32>(0);

/** How a claim is written into a header. */
export const enum ListForm {
  /** As natively: a list or an object as base64 of its JSON, all else as a text. */
  Encoded = 0,
  /** Its values in one field, with commas between. */
  Joined = 1,
  /** A field for each value. */
  Repeated = 2,
}

/** A claim that is written into a header (Istio's outputClaimToHeaders; `extensions.claimHeaders`). */
export class ClaimHeader {
  constructor(
    /** Header name in lower case. */
    readonly header: Span,
    /** Names of nested claims, from the outermost: `a.b` is claim b in object a. */
    readonly claim: StaticArray<Span>,
    readonly form: ListForm = ListForm.Encoded,
  ) {}
}

/** One entry of `jwtRules`. */
export class JwtRule {
  /** Place in the configuration, for the debug log: `requestAuthentications[0].jwtRules[0]`. */
  place: string = "";
  /** What its tokens must be besides; null: nothing more. */
  profile: TokenProfile | null = null;
  /** The tenants of an issuer that has a place for them; null: the issuer is compared as it stands. */
  tenants: IssuerTenants | null = null;
  /** Indices of further key sets whose keys count as those of `endpoint` do. */
  moreEndpoints: StaticArray<i32> = NONE;

  constructor(
    /** Empty: tokens of any issuer, and of none. */
    readonly issuer: Span,
    /** Bare audiences (token/audience.ts), any of which a token must name; empty: no check. */
    readonly audiences: StaticArray<Span>,
    /** In the order in which native finds tokens: headers by name and prefix, parameters by name, cookies by name. */
    readonly locations: StaticArray<TokenLocation>,
    /** Header that gets the payload; empty: none. */
    readonly payloadHeader: Span,
    /** Complete before `JwtRules` is made of the rules. */
    public claimHeaders: StaticArray<ClaimHeader>,
    readonly forwardOriginalToken: bool,
    /** Top-level claims whose strings are lists separated by spaces; `scope` and `permission` are always among them. */
    readonly spaceDelimitedClaims: StaticArray<Span>,
    /** Index of its keys in `JwtRules.endpoints`. */
    readonly endpoint: i32,
    /** `presence: REQUIRED`: no request goes on without a token that this rule takes. */
    readonly isRequired: bool,
  ) {}


  @inline
  acceptsIssuer(issuer: Span): bool {
    const tenants = this.tenants;
    if (tenants !== null) return !spanIsMissing(tenants.tenantOf(issuer));
    return <u32>(this.issuer >> 32) == 0 || spanEquals(this.issuer, issuer);
  }

  /** Whether an endpoint's keys count for this rule. */
  hasEndpoint(endpoint: i32): bool {
    return endpoint == this.endpoint || this.moreEndpoints.includes(endpoint);
  }

  /** Whether two rules find the same tokens. */
  sharesLocations(other: JwtRule): bool {
    if (this.locations.length != other.locations.length) return false;
    for (let i = 0; i < this.locations.length; i++) {
      if (!this.locations[i].equals(other.locations[i])) return false;
    }
    return true;
  }

  /** Whether this rule writes a header of this name. */
  writes(name: Span): bool {
    if (spanEquals(this.payloadHeader, name)) return true;
    for (let i = 0; i < this.claimHeaders.length; i++) {
      if (spanEquals(unchecked(this.claimHeaders[i]).header, name)) return true;
    }
    return false;
  }

  /** Whether this rule's tokens may sit in a header of this name. */
  readsHeader(name: Span): bool {
    for (let i = 0; i < this.locations.length; i++) {
      if (this.locations[i].kind == LocationKind.Header && spanEquals(this.locations[i].name, name))
        return true;
    }
    return false;
  }
}
