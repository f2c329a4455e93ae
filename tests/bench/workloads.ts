// What is sent: tokens made once, for all variants alike.

import { mint } from "../differential/token.js";
import type { Traffic } from "./load.js";

/** How many distinct tokens there are: more than any cache holds here, used in turn, so that none is ever found. */
export const UNIQUE_TOKENS = 4000;
/** Tokens that come again and again; native's cache has 100 places by default. */
const REPEATED_TOKENS = 16;

export const AUDIENCE = "istio-jwt-test";
const scope = "read:headers write:headers";

function tokenFor(client: number): string {
  const claims = {
    sub: `client-${String(client).padStart(5, "0")}@clients`,
    aud: AUDIENCE,
    iat: "@now",
    azp: `client-${String(client).padStart(5, "0")}`,
    scope,
    gty: "client-credentials",
  };
  return mint({ claims });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export type WorkloadName = "repeated" | "unique" | "no token" | "malformed";

/** What a workload sends, and how the listener with filters answers. */
export interface Workload {
  readonly traffic: Traffic;
  readonly status: number;
}

/** All workloads; signing takes seconds. */
export function makeWorkloads(): Readonly<Record<WorkloadName, Workload>> {
  const tokens = Array.from({ length: UNIQUE_TOKENS }, (_, i) => tokenFor(i));
  const path = "/headers";
  return {
    repeated: { traffic: { path, headers: tokens.slice(0, REPEATED_TOKENS).map(bearer) }, status: 200 },
    unique: { traffic: { path, headers: tokens.map(bearer) }, status: 200 },
    "no token": { traffic: { path, headers: [{}] }, status: 403 },
    // What is seen most: a token that was cut off, or is none.
    malformed: {
      traffic: { path, headers: ["bad", "null", "undefined", tokens[0]!.slice(0, 200)].map(bearer) },
      status: 401,
    },
  };
}
