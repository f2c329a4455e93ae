// A CORS preflight skips authentication altogether, and meets authorization without an identity.
import { cross, type Table } from "../case.js";
import type { Header, RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type Policy } from "../policy.js";
import { bearer } from "../requests.js";

const rule = {
  outputPayloadToHeader: "x-payload",
  outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
};
const policies: Policy[] = [
  { name: "cors-preflight/authentication", config: requestAuthentication(rule) },
  {
    name: "cors-preflight/principal-required",
    config: {
      ...requestAuthentication(rule),
      ...authorization({ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }),
    },
  },
  {
    name: "cors-preflight/principal-denied",
    config: {
      ...requestAuthentication(rule),
      ...authorization({ action: "DENY", rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }] }),
    },
  },
];

const lines: Record<string, readonly Header[]> = {
  preflight: [
    ["origin", "https://app"],
    ["access-control-request-method", "GET"],
  ],
  "no origin": [["access-control-request-method", "GET"]],
  "no method asked for": [["origin", "https://app"]],
  "empty origin": [
    ["origin", ""],
    ["access-control-request-method", "GET"],
  ],
  "empty method": [
    ["origin", "https://app"],
    ["access-control-request-method", ""],
  ],
  "null origin": [
    ["origin", "null"],
    ["access-control-request-method", "x"],
  ],
  "two origins": [
    ["origin", "a"],
    ["origin", "b"],
    ["access-control-request-method", "GET"],
  ],
  "first of two origins empty": [
    ["origin", ""],
    ["origin", "b"],
    ["access-control-request-method", "GET"],
  ],
  // Removed by native too, since some version after Envoy 1.36, which let preflights pass as they were.
  "output headers of its own": [
    ["origin", "https://app"],
    ["access-control-request-method", "GET"],
    ["x-payload", "forged"],
    ["x-sub", "admin"],
    ["x-sub", "root"],
  ],
  "upper case": [
    ["Origin", "a"],
    ["Access-Control-Request-Method", "PUT"],
    ["x-payload", "forged"],
  ],
};

function requests(): Record<string, RequestSpec> {
  const all: Record<string, RequestSpec> = {};
  for (const [label, headers] of Object.entries(lines)) {
    for (const method of ["OPTIONS", "GET", "POST"]) {
      all[`${method}, ${label}, no token`] = { method, headers };
      all[`${method}, ${label}, good token`] = bearer({}, { method, headers });
      all[`${method}, ${label}, bad token`] = bearer(
        { edits: [{ segment: 2, flip: 3 }] },
        { method, headers },
      );
    }
  }
  return all;
}

export const corsPreflight: Table = { name: "cors-preflight", cases: cross(policies, requests()) };
