/**
 * What stands beside Istio's two objects (docs/extensions.md), compiled. A configuration without it has none of this: whoever asks for a part
 * asks once for each request whether there are any.
 */
import { ProtectedResources } from "./protected_resource";

export class Extensions {
  constructor(readonly protectedResources: ProtectedResources | null) {}
}
