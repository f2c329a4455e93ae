/** What a token must be besides signed, in time and for the audience: of one JWT rule (`extensions.tokenProfiles`). Times in seconds. */
import { Span } from "../../memory/span";

/** Whether a token must be bound to the certificate that the client shows (RFC 8705 §3). */
export const enum CertificateBinding {
  None,
  /** If it says that it is bound to anything. */
  IfPresent,
  Required,
}

export class TokenProfile {
  /** Media type of the header's `typ`, in lower case and with `application/` (RFC 7515 §4.1.9); empty: any, or none. */
  typ: Span = 0;
  /** Names of claims that must be there. */
  requiredClaims: StaticArray<Span> = new StaticArray<Span>(0);
  /** The claim that says the scopes, in the place of `scope`; empty: `scope` does. */
  scopeClaim: Span = 0;
  /** Greatest age by `iat`, and greatest time until `exp`; 0: any. */
  maxAge: u64 = 0;
  maxLifetime: u64 = 0;
  /** How far clocks may differ. */
  clockSkew: u64 = 0;
  /** A bit for each AlgorithmId that the rule takes. */
  algorithms: u32 = 0;
  certificateBinding: CertificateBinding = CertificateBinding.None;
  /** `spiffe://<trust domain>/`: its tokens are JWT-SVIDs of that trust domain; empty: they need not be. */
  subjects: Span = 0;
}
