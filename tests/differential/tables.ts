// All tables of fixed cases.
import type { Table } from "./case.js";
import { algorithmTable } from "./cases/algorithms.js";
import { claimsToHeaders } from "./cases/claims-to-headers.js";
import { corsPreflight } from "./cases/cors-preflight.js";
import { deliberateDifferences } from "./cases/deliberate-differences.js";
import { locations } from "./cases/locations.js";
import { registeredClaims } from "./cases/registered-claims.js";
import { responses } from "./cases/responses.js";
import { severalTokens } from "./cases/several-tokens.js";
import { tokenFormat } from "./cases/token-format.js";
import { tokenJson } from "./cases/token-json.js";

export const tables: readonly Table[] = [
  locations,
  severalTokens,
  claimsToHeaders,
  tokenFormat,
  tokenJson,
  registeredClaims,
  algorithmTable,
  responses,
  corsPreflight,
  deliberateDifferences,
];
