// The issuers whose tenants some JWTPolicyExtensions names.

import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { itemsOf, stringAt } from "../resources/tree.js";
import { extensionsIn, partsOf } from "./extensions-object.js";

export const tenantIssuers = once(
  (resources: readonly Resource[]): ReadonlySet<string> =>
    new Set(
      extensionsIn(resources)
        .flatMap(partsOf)
        .filter(({ key }) => key === "tenants")
        .flatMap(({ value }) => itemsOf(value).flatMap((one) => stringAt(one, "issuer") ?? [])),
    ),
);
