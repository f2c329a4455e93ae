// What Istio's validation is asked about: specs in YAML, one a line. recorded-verdicts.ts has real Istio's answers.

import { attachmentSpecs } from "./attachment-specs.js";
import { authorizationSpecs } from "./authorization-specs.js";
import { conditionSpecs } from "./condition-specs.js";
import { jwksSpecs } from "./jwks-specs.js";
import { jwtRuleSpecs } from "./jwt-rule-specs.js";
import { wholeDocuments } from "./whole-documents.js";

/** A YAML document that Istio is asked about. */
export type CorpusDocument = string;

/** Every document of the corpus, each once. */
export const corpus: readonly CorpusDocument[] = [
  ...new Set([
    ...authorizationSpecs.map((spec) => documentWith("AuthorizationPolicy", spec)),
    ...conditionSpecs.map((spec) => documentWith("AuthorizationPolicy", spec)),
    ...attachmentSpecs.flatMap((spec) => [
      documentWith("AuthorizationPolicy", spec),
      documentWith("RequestAuthentication", spec),
    ]),
    ...jwtRuleSpecs.map((spec) => documentWith("RequestAuthentication", spec)),
    ...jwksSpecs.map((jwks) =>
      documentWith("RequestAuthentication", `{jwtRules: [{issuer: a, jwks: ${JSON.stringify(jwks)}}]}`),
    ),
    ...wholeDocuments,
  ]),
];

function documentWith(kind: string, spec: string): CorpusDocument {
  return `apiVersion: security.istio.io/v1\nkind: ${kind}\nmetadata: {name: p, namespace: foo}\nspec: ${spec}\n`;
}
