/**
 * What stands beside Istio's two objects (docs/extensions.md), compiled. A configuration without it has none of this: whoever asks for a part
 * asks once for each request whether there are any.
 */
import { Answers } from "./answer";
import { ProtectedResources } from "./protected_resource";
import { TokenExemptions } from "./token_exemptions";

export class Extensions {
  constructor(
    readonly protectedResources: ProtectedResources | null,
    /** Null: every token is looked at, and must be good. */
    readonly exemptions: TokenExemptions | null,
    readonly answers: Answers | null,
  ) {}

  /** Gives back all unmanaged memory that is not the configuration's. */
  release(): void {
    const exemptions = this.exemptions;
    if (exemptions !== null) exemptions.release();
  }
}
