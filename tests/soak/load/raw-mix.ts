// The requests of the memory measurement: every way through the filter that a client can choose, in fixed proportions.

import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { Random } from "../../seeded/random.js";
import type { RawRequest } from "./raw-load.js";
import type { SigningKey } from "../issuer/signing-key.js";

/** Distinct tokens that come again and again: fewer than the token cache holds. */
const REPEATED = 500;

export interface RawMix {
  pluginConfig: object;
  next: () => RawRequest;
  /** For the printed table. */
  description: string;
}

export function rawMix(issuer: Issuer, keys: readonly SigningKey[]): RawMix {
  const now = Math.floor(Date.now() / 1000);
  const random = new Random(1);
  let serial = 0;
  const claims = (rest: object = {}) => ({
    iss: issuer.issuer,
    sub: `client-${serial++}`,
    aud: "istio-jwt-test",
    exp: now + 86_400,
    scope: "read:database write:database",
    ...rest,
  });
  const pool = (make: (key: SigningKey) => string) =>
    Array.from({ length: REPEATED }, (_, i) => make(keys[i % keys.length]!));
  const valid = pool((key) => key.sign(claims()));
  const expired = pool((key) => key.sign(claims({ exp: now - 3600 })));
  const [signer] = keys.filter(({ algorithm }) => algorithm === "ES256");
  const request = (token: string, expected: string, path = "/headers"): RawRequest => ({
    bytes: `GET ${path} HTTP/1.1\r\nhost: httpbin\r\nauthorization: Bearer ${token}\r\n\r\n`,
    expected,
  });
  const kinds: { share: number; name: string; make: () => RawRequest }[] = [
    { share: 40, name: "valid, repeated", make: () => request(random.pick(valid), "200") },
    { share: 20, name: "valid, unique", make: () => request(signer!.sign(claims()), "200") },
    {
      share: 10,
      name: "malformed",
      make: () =>
        request(
          "x".repeat(1 + random.skewed(8_000)),
          "401 Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        ),
    },
    { share: 10, name: "expired", make: () => request(random.pick(expired), "401 Jwt is expired") },
    {
      share: 10,
      name: "bad signature",
      make: () => {
        const [header, payload] = signer!.sign(claims()).split(".");
        return request(`${header!}.${payload!}.${"A".repeat(86)}`, "401 Jwt verification fails");
      },
    },
    {
      share: 10,
      name: "denied by policy",
      make: () => request(random.pick(valid), "403 RBAC: access denied", `/denied/${serial++}`),
    },
  ];
  const wheel = kinds.flatMap(({ share, make }) => Array.from({ length: share }, () => make));
  return {
    pluginConfig: {
      requestAuthentications: [
        {
          name: "memory",
          namespace: "foo",
          jwtRules: [
            { issuer: issuer.issuer, jwksUri: issuer.jwksUri, outputPayloadToHeader: "x-jwt-payload" },
          ],
        },
      ],
      authorizationPolicies: [
        {
          name: "memory",
          namespace: "foo",
          action: "ALLOW",
          rules: [
            {
              from: [{ source: { requestPrincipals: ["*"] } }],
              to: [{ operation: { paths: ["/headers"] } }],
              when: [{ key: "request.auth.claims[scope]", values: ["read:database"] }],
            },
          ],
        },
      ],
      clusters: { [issuer.origin]: "idp" },
      // Short, so that many refreshes are among what is measured.
      jwksCache: { duration: "10s" },
    },
    next: () => random.pick(wheel)(),
    description: kinds.map(({ share, name }) => `${share} % ${name}`).join(", "),
  };
}
