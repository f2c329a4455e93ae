// How the soak's issuer can answer a fetch of its keys.

import type { IssuerAnswer } from "../../../scripts/issuer/issuer.js";

export interface Behaviour {
  name: string;
  /** Whether the answer is the key set: all others must leave the keys in use as they are. */
  good: boolean;
  /** @param jwks the key set at the moment of the question */
  answer: (jwks: string) => Promise<IssuerAnswer>;
}

/** The jwtRule's timeout; an answer that takes much less is sure to arrive. */
export const FETCH_TIMEOUT = 4_000;
const SLOW = 1_500;

export const HEALTHY: Behaviour = {
  name: "good",
  good: true,
  answer: (body) => at(0, { status: 200, body }),
};

export const SLOW_ISSUER: Behaviour = {
  name: "good, after 1.5 s",
  good: true,
  answer: (body) => at(SLOW, { status: 200, body }),
};

export const HANGING: Behaviour = {
  name: "no answer until the timeout",
  good: false,
  answer: () => at(FETCH_TIMEOUT + 500, { status: 503, body: "" }),
};

export const RUBBISH: readonly Behaviour[] = [
  rubbish("503", () => ({ status: 503, body: "" })),
  rubbish("empty", () => ({ status: 200, body: "" })),
  rubbish("malformed JSON", (jwks) => ({ status: 200, body: jwks.replace("}", "},") + "}" })),
  rubbish("half of the key set", (jwks) => ({ status: 200, body: jwks.slice(0, jwks.length / 2) })),
  rubbish("cut off", (jwks) => ({ status: 200, body: jwks, cut: true })),
  rubbish("cut off before any answer", (jwks) => ({ status: 200, body: jwks, cut: "before headers" })),
  rubbish("2 MiB", (jwks) => ({ status: 200, body: jwks + " ".repeat(2 * 1024 * 1024) })),
  rubbish("redirect", () => ({ status: 302, body: "", headers: { location: "/elsewhere" } })),
  rubbish("HTML", () => ({
    status: 200,
    body: "<html>Sign in</html>",
    headers: { "content-type": "text/html" },
  })),
  rubbish("JSON of another kind", () => ({ status: 200, body: '["keys"]' })),
  rubbish("no keys", () => ({ status: 200, body: '{"keys":[]}' })),
  rubbish("no usable key", () => ({ status: 200, body: '{"keys":[{"kty":"RSA","kid":"x","n":"AQAB"}]}' })),
];

function rubbish(name: string, answer: (jwks: string) => IssuerAnswer): Behaviour {
  return { name, good: false, answer: (jwks) => at(0, answer(jwks)) };
}

function at(delay: number, answer: IssuerAnswer): Promise<IssuerAnswer> {
  return new Promise((resolve) => setTimeout(resolve, delay, answer));
}
