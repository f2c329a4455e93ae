// The issuers whose tenants some JWTPolicyExtensions names.

import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { itemsOf, stringAt } from "../resources/tree.js";
import { extensionsIn, partOf } from "./extensions-object.js";

export const tenantIssuers = once(
  (resources: readonly Resource[]): ReadonlySet<string> =>
    new Set(
      extensionsIn(resources)
        .flatMap((object) => itemsOf(partOf(object, "tenants")))
        .flatMap((one) => stringAt(one, "issuer") ?? []),
    ),
);
