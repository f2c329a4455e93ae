// The issuer of tokens that name none.

import { policiesIn } from "../../policies/istio/policy.js";
import { jwtRulesOf } from "../../policies/policy-model/jwt-rules.js";
import { readDocuments } from "../../policies/documents/documents.js";
import { readResource } from "../../policies/resources/resource.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { stringAt } from "../../policies/resources/tree.js";

/** The issuer that all JWT rules of the files have; undefined if there are several, or none. */
export function onlyIssuer(files: readonly SourceFile[]): string | undefined {
  const resources = readDocuments(files).documents.flatMap(
    (document) => readResource(document, "default") ?? [],
  );
  const issuers = new Set(
    policiesIn(resources).flatMap(({ spec }) =>
      jwtRulesOf({ spec }).flatMap((rule) => stringAt(rule, "issuer") ?? []),
    ),
  );
  const [issuer] = issuers;
  return issuers.size === 1 ? issuer : undefined;
}
