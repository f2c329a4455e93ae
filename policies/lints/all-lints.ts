// Every lint.

import type { IstioVersion } from "../policy-model/istio-version.js";
import { policiesIn } from "../istio/policy.js";
import type { Finding } from "../findings/finding.js";
import { policyModel } from "../policy-model/rule-model.js";
import type { Resource } from "../resources/resource.js";
import { ambientPolicies } from "./attachment/ambient-policies.js";
import { certificateBinding } from "./tokens/certificate-binding.js";
import { claimValues } from "./conditions/claim-values.js";
import { corsPreflight } from "./policies/cors-preflight.js";
import { duplicates } from "./policies/duplicates.js";
import { dryRunNames } from "./policies/dry-run-names.js";
import { emptyLists } from "./conditions/empty-lists.js";
import { discoveredElsewhere } from "./keys/keys-elsewhere.js";
import { hostPorts } from "./conditions/host-ports.js";
import { ipRanges } from "./conditions/ip-ranges.js";
import { issuerClusters } from "./keys/issuer-clusters.js";
import type { Lint, LintContext } from "../findings/lint.js";
import { mcpHeaders } from "./rules/mcp-headers.js";
import { missingClaims } from "./rules/missing-claims.js";
import { ownHeaders } from "./rules/own-headers.js";
import { mootPolicies } from "./policies/moot-policies.js";
import { contradictions, neverMatches } from "./conditions/never-matches.js";
import { opaquePorts } from "./ports/opaque-ports.js";
import { plainHttpKeys } from "./keys/plain-http-keys.js";
import { pluginPairs } from "./policies/plugin-pairs.js";
import { servicePorts } from "./ports/service-ports.js";
import { portNames } from "./ports/port-names.js";
import { principalIssuer } from "./tokens/principal-issuer.js";
import { selectsNothing } from "./policies/selects-nothing.js";
import { strippedToken } from "./tokens/stripped-token.js";
import { unprotected } from "./policies/unprotected.js";
import { unquotedMetadata } from "./policies/unquoted-metadata.js";
import { conditionKeys } from "./conditions/condition-keys.js";
import { gatewayElsewhere } from "./attachment/gateway-elsewhere.js";
import { issuerAddresses } from "./keys/issuer-addresses.js";
import { literalValues } from "./conditions/literal-values.js";
import { peerPrincipals } from "./conditions/peer-principals.js";
import { shutGateways } from "./attachment/shut-gateways.js";
import { newerFields } from "./policies/newer-fields.js";
import { requiredTokens } from "./tokens/required-tokens.js";
import { splitRules } from "./rules/split-rules.js";
import { unreadTokens } from "./tokens/unread-tokens.js";
import { refusedNames } from "./policies/refused-names.js";
import { tokenPlaces } from "./tokens/token-places.js";
import { askedForHeader } from "./tokens/asked-for-header.js";
import { requestHeaders } from "./conditions/request-headers.js";
import { excludedAlternatives } from "./rules/excluded-alternatives.js";
import { besideStar } from "./conditions/beside-star.js";
import { outputHeaders } from "./tokens/output-headers.js";
import { refusedAudiences } from "./tokens/refused-audiences.js";
import { wholeSubjects } from "./tokens/whole-subjects.js";
import { wildcards } from "./conditions/wildcards.js";

const lints: readonly Lint[] = [
  unprotected,
  principalIssuer,
  neverMatches,
  contradictions,
  claimValues,
  wildcards,
  hostPorts,
  mootPolicies,
  mcpHeaders,
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
  unreadTokens,
  tokenPlaces,
  refusedNames,
  splitRules,
  peerPrincipals,
  shutGateways,
  gatewayElsewhere,
  issuerAddresses,
  conditionKeys,
  literalValues,
  requiredTokens,
  newerFields,
  certificateBinding,
  missingClaims,
  ownHeaders,
  servicePorts,
  ambientPolicies,
  dryRunNames,
  ipRanges,
  requestHeaders,
  askedForHeader,
  outputHeaders,
  refusedAudiences,
  wholeSubjects,
  excludedAlternatives,
  besideStar,
];

/** What all lints say about a user's objects. */
export function lintResources(
  resources: readonly Resource[],
  rootNamespace: string,
  istioVersion?: IstioVersion,
): Finding[] {
  const policies = policiesIn(resources);
  const context: LintContext = {
    resources,
    requestAuthentications: policies.filter(({ kind }) => kind === "RequestAuthentication"),
    authorizationPolicies: policies.filter(({ kind }) => kind === "AuthorizationPolicy").map(policyModel),
    rootNamespace,
    istioVersion,
  };
  return lints.flatMap((lint) => lint(context));
}
