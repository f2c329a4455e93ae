// Every lint.

import { policiesIn } from "../istio/policy.js";
import type { Finding } from "../findings.js";
import { policyModel } from "../policy-model/rule-model.js";
import type { Resource } from "../resources/resource.js";
import { claimValues } from "./claim-values.js";
import { corsPreflight } from "./cors-preflight.js";
import { duplicates } from "./duplicates.js";
import { emptyLists } from "./empty-lists.js";
import { discoveredElsewhere } from "./keys-elsewhere.js";
import { hostPorts } from "./host-ports.js";
import { issuerClusters } from "./issuer-clusters.js";
import type { Lint, LintContext } from "./lint.js";
import { mootPolicies } from "./moot-policies.js";
import { contradictions, neverMatches } from "./never-matches.js";
import { opaquePorts } from "./opaque-ports.js";
import { plainHttpKeys } from "./plain-http-keys.js";
import { pluginPairs } from "./plugin-pairs.js";
import { portNames } from "./port-names.js";
import { principalIssuer } from "./principal-issuer.js";
import { selectsNothing } from "./selects-nothing.js";
import { strippedToken } from "./stripped-token.js";
import { unprotected } from "./unprotected.js";
import { unquotedMetadata } from "./unquoted-metadata.js";
import { wildcards } from "./wildcards.js";

const lints: readonly Lint[] = [
  unprotected,
  principalIssuer,
  neverMatches,
  contradictions,
  claimValues,
  wildcards,
  hostPorts,
  mootPolicies,
  corsPreflight,
  selectsNothing,
  portNames,
  unquotedMetadata,
  duplicates,
  emptyLists,
  strippedToken,
  plainHttpKeys,
  opaquePorts,
  issuerClusters,
  discoveredElsewhere,
  pluginPairs,
];

/** What all lints say about a user's objects. */
export function lintResources(resources: readonly Resource[], rootNamespace: string): Finding[] {
  const policies = policiesIn(resources);
  const context: LintContext = {
    resources,
    requestAuthentications: policies.filter(({ kind }) => kind === "RequestAuthentication"),
    authorizationPolicies: policies.filter(({ kind }) => kind === "AuthorizationPolicy").map(policyModel),
    rootNamespace,
  };
  return lints.flatMap((lint) => lint(context));
}
