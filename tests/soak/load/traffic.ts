// The mixed load: every kind of request with its share, and the answer that it should get.

import type { Random } from "../../seeded/random.js";
import type { SoakRequest } from "./client.js";
import type { RotatingIssuer } from "../issuer/rotating-issuer.js";
import type { Expectation } from "../referee/referee.js";
import type { SigningKey } from "../issuer/signing-key.js";
import type { Tokens } from "../issuer/tokens.js";

export interface Shot {
  request: SoakRequest;
  expectation: Expectation;
  /** The client goes away before the answer. */
  leaves?: boolean;
}

export interface Kind {
  name: string;
  share: number;
  /** Its tokens have keys that the issuer does not publish: they make Envoy ask for newer ones. */
  asksForNewer?: boolean;
  make: () => Shot | undefined;
}

/** What the drills change about the load. */
export class TrafficState {
  /** Keys that are not published any more, whose tokens still come. */
  withdrawn: SigningKey[] = [];
  /** Kids that every request must find at once. */
  readonly findable = new Set<string>();
  /** Whether tokens of keys that nobody has come; and many of them. */
  inventedKeys = true;
  storm = false;
}

export interface TrafficParts {
  rotating: RotatingIssuer;
  /** A token of the second issuer, whose keys nothing happens to. */
  steadyToken: string;
  tokens: Tokens;
  state: TrafficState;
  random: Random;
}

export const PASSED = "200";
const DENIED = "403 RBAC: access denied";

export function kinds(parts: TrafficParts): Kind[] {
  const { rotating, tokens, state, random, steadyToken } = parts;
  const signer = () => random.pick(rotating.signers);
  const to = (path: string, token: string, expectation: Expectation): Shot => ({
    request: { path, token },
    expectation,
  });
  const signedBy = (key: SigningKey, token: string, verified: string, path = "/headers") =>
    to(path, token, { kid: key.kid, verified, findable: state.findable.has(key.kid) });
  const keyless = (token: string, verified: string) => to("/headers", token, { verified });
  const every = (name: string, share: number, make: () => Shot): Kind => ({ name, share, make });
  const bySigner = (name: string, share: number, make: (key: SigningKey) => Shot): Kind =>
    every(name, share, () => make(signer()));
  const unknown = (name: string, share: number, make: () => Shot | undefined): Kind => ({
    ...{ name, share, asksForNewer: true },
    make,
  });
  const invented = (): Shot | undefined => {
    if (!state.inventedKeys) return undefined;
    return to("/headers", tokens.ofInventedKey(signer()), { kid: null, verified: "" });
  };
  const leaving = (shot: Shot | undefined) => shot && { ...shot, leaves: true };
  return [
    bySigner("valid, a token seen before", 30, (key) => signedBy(key, tokens.repeated(key), PASSED)),
    bySigner("valid, a new token", 15, (key) => signedBy(key, tokens.unique(key), PASSED)),
    bySigner("valid, 22 KiB", 1, (key) => signedBy(key, tokens.huge(key), PASSED)),
    every("valid, of the second issuer", 6, () => keyless(steadyToken, PASSED)),
    bySigner("denied for a claim", 4, (key) => signedBy(key, tokens.unique(key, { role: "banned" }), DENIED)),
    bySigner("denied for its path", 4, (key) => signedBy(key, tokens.repeated(key), DENIED, "/get")),
    bySigner("path of one configuration only", 6, (key) => {
      const version = random.below(2);
      const shot = signedBy(key, tokens.repeated(key), PASSED, `/anything/${version}`);
      return { ...shot, expectation: { ...shot.expectation, version, otherwise: DENIED } };
    }),
    every("no token, closed path", 4, () => ({
      request: { path: "/headers" },
      expectation: { verified: DENIED },
    })),
    every("no token, open path", 4, () => ({
      request: { path: "/status/204" },
      expectation: { verified: "204" },
    })),
    bySigner("expired", 6, (key) =>
      keyless(tokens.unique(key, { exp: Math.floor(Date.now() / 1000) - 600 }), "401 Jwt is expired"),
    ),
    bySigner("another issuer's name", 4, (key) =>
      keyless(tokens.unique(key, { iss: "https://elsewhere.example/" }), "401 Jwt issuer is not configured"),
    ),
    bySigner("bad signature", 6, (key) =>
      signedBy(key, tokens.badlySigned(key), "401 Jwt verification fails"),
    ),
    every("malformed", 8, () => {
      const { token, text } = tokens.malformed();
      return keyless(token, `401 ${text}`);
    }),
    bySigner("client leaves", 2, (key) => ({
      ...signedBy(key, tokens.unique(key), PASSED),
      leaves: true,
    })),
    unknown("key that nobody has", 4, invented),
    unknown("key that nobody has, client leaves", 2, () => leaving(invented())),
    unknown("storm of keys that nobody has", 60, () => (state.storm ? invented() : undefined)),
    unknown("withdrawn key", 10, () => {
      if (state.withdrawn.length === 0) return undefined;
      const key = random.pick(state.withdrawn);
      return to("/headers", random.once(2) ? tokens.repeated(key) : tokens.unique(key), {
        kid: key.kid,
        verified: PASSED,
      });
    }),
  ];
}
