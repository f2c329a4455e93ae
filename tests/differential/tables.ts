// All tables of fixed cases.
import type { Table } from "./case.js";
import { actions } from "./cases/actions.js";
import { addresses } from "./cases/addresses.js";
import { certificateNames } from "./cases/certificate-names.js";
import { claimConditions } from "./cases/claim-conditions.js";
import { filterMetadata } from "./cases/filter-metadata.js";
import { headerConditions } from "./cases/header-conditions.js";
import { pathTemplates } from "./cases/path-templates.js";
import { requestPrincipals } from "./cases/request-principals.js";
import { ruleStructure } from "./cases/rule-structure.js";
import { stringMatching } from "./cases/string-matching.js";
import { algorithmTable } from "./cases/algorithms.js";
import { claimsToHeaders } from "./cases/claims-to-headers.js";
import { corsPreflight } from "./cases/cors-preflight.js";
import { deliberateDifferences } from "./cases/deliberate-differences.js";
import { httpHeaders } from "./cases/http-headers.js";
import { locationNames } from "./cases/location-names.js";
import { presence } from "./cases/presence.js";
import { requestTargets } from "./cases/request-targets.js";
import { negations } from "./cases/negations.js";
import { unicode } from "./cases/unicode.js";
import { manyRules } from "./cases/many-rules.js";
import { severalAuthentications } from "./cases/several-authentications.js";
import { locations } from "./cases/locations.js";
import { oddKeys } from "./cases/odd-keys.js";
import { peers } from "./cases/peers.js";
import { registeredClaims } from "./cases/registered-claims.js";
import { responses } from "./cases/responses.js";
import { scale } from "./cases/scale.js";
import { severalTokens } from "./cases/several-tokens.js";
import { tokenFormat } from "./cases/token-format.js";
import { tokenJson } from "./cases/token-json.js";

export const tables: readonly Table[] = [
  locations,
  severalTokens,
  presence,
  claimsToHeaders,
  tokenFormat,
  tokenJson,
  registeredClaims,
  algorithmTable,
  oddKeys,
  responses,
  corsPreflight,
  actions,
  addresses,
  claimConditions,
  headerConditions,
  pathTemplates,
  requestPrincipals,
  ruleStructure,
  stringMatching,
  peers,
  certificateNames,
  filterMetadata,
  severalAuthentications,
  locationNames,
  httpHeaders,
  manyRules,
  scale,
  negations,
  requestTargets,
  unicode,
  deliberateDifferences,
];
