// `keySources` of our objects: the further key sets of issuers, with their places.

import type { Attached } from "../istio/policy.js";
import { itemsOf, stringAt, stringsOf, valueAt } from "../resources/tree.js";
import { partOf } from "./extensions-object.js";

/** Each URI by itself. */
export const furtherJwksUris = (objects: readonly Attached[]) =>
  objects.flatMap((object) =>
    itemsOf(partOf(object, "keySources")).flatMap((entry) =>
      stringsOf(valueAt(entry, "jwksUris")).map(({ value, at }) => ({
        resource: object.resource,
        issuer: stringAt(entry, "issuer"),
        uri: value,
        at,
      })),
    ),
  );
