// The parts of the filter that are measured alone, each beside what Node has for it: OpenSSL for crypto, V8 for JSON, Node's own base64.

import { constants, createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { mint } from "../../differential/token.js";
import type { MicroModule } from "./module.js";

export interface Subject {
  readonly name: string;
  /** What stands beside it; undefined: nothing that does the same. */
  readonly beside: string | undefined;
  /** How often per measurement. */
  readonly times: number;
  /** Does it `times` times in wasm; false if a result was wrong. */
  ours(times: number): boolean;
  native(): unknown;
}

const claims = {
  sub: "client-00001@clients",
  aud: "istio-jwt-test",
  iat: "@now",
  azp: "client-00001",
  scope: "read:headers write:headers",
  gty: "client-credentials",
};

export function subjects(module: MicroModule): Subject[] {
  const token = mint({ claims });
  const [header, payload] = token.split(".") as [string, string];
  const text = Buffer.from(`${header}.${payload}`);
  return [...signatures(module, text), ...hashes(module, text), ...parsing(module, token, payload)];
}

function signatures(module: MicroModule, text: Buffer): Subject[] {
  const at = module.put(text);
  const list: Subject[] = [];
  const add = (name: string, times: number, ours: (times: number) => number, native: () => boolean) =>
    list.push({ name, beside: "OpenSSL", times, ours: (n) => ours(n) === n, native });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = rsa.publicKey.export({ format: "jwk" });
  const [n, e] = [part(jwk, "n"), part(jwk, "e")];
  const key = module.block(module.call("rsaKeyBlockSize", n.length));
  module.call("rsaPrepareKey", module.put(n), n.length, module.put(e), e.length, key);
  // As the filter has it, the key is read once and used often.
  const publicKey: KeyObject = createPublicKey({ key: jwk, format: "jwk" });
  const pkcs1 = sign("sha256", text, rsa.privateKey);
  const pkcs1At = module.put(pkcs1);
  add(
    "RS256 verify, 2048 bits",
    100,
    (times) => module.call("rs256", times, key, at, text.length, pkcs1At, pkcs1.length),
    () => verify("sha256", text, publicKey, pkcs1),
  );
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const pss = sign("sha256", text, { key: rsa.privateKey, ...padding });
  const pssAt = module.put(pss);
  add(
    "PS256 verify, 2048 bits",
    100,
    (times) => module.call("ps256", times, key, at, text.length, pssAt, pss.length),
    () => verify("sha256", text, { key: publicKey, ...padding }, pss),
  );
  for (const [id, { alg, curve, hash, size }] of curves.entries()) {
    const pair = generateKeyPairSync("ec", { namedCurve: curve });
    const point = pair.publicKey.export({ format: "jwk" });
    const [x, y] = [part(point, "x"), part(point, "y")];
    const block = module.block(module.call("ecdsaKeyBlockSize", id));
    module.call("ecdsaPreparePublicKey", id, module.put(x), x.length, module.put(y), y.length, block);
    const signature = sign(hash, text, { key: pair.privateKey, dsaEncoding: "ieee-p1363" });
    const signatureAt = module.put(signature);
    add(
      `${alg} verify`,
      20,
      (times) => module.call("ecdsa", times, block, id, size, at, text.length, signatureAt, signature.length),
      () => verify(hash, text, { key: pair.publicKey, dsaEncoding: "ieee-p1363" }, signature),
    );
  }
  const ed25519 = generateKeyPairSync("ed25519");
  const block = module.block(module.constant("ED25519_KEY_BLOCK_SIZE"));
  const x = part(ed25519.publicKey.export({ format: "jwk" }), "x");
  module.call("ed25519PreparePublicKey", module.put(x), block);
  const signature = sign(null, text, ed25519.privateKey);
  const signatureAt = module.put(signature);
  add(
    "EdDSA verify",
    20,
    (times) => module.call("eddsa", times, block, at, text.length, signatureAt),
    () => verify(null, text, ed25519.publicKey, signature),
  );
  return list;
}

/** In the order of the enums of assembly/crypto/curve/curve.ts and hash.ts. */
const curves = [
  { alg: "ES256", curve: "P-256", hash: "sha256", size: 32 },
  { alg: "ES384", curve: "P-384", hash: "sha384", size: 48 },
  { alg: "ES512", curve: "P-521", hash: "sha512", size: 64 },
] as const;

function part(jwk: JsonWebKey, name: "n" | "e" | "x" | "y"): Buffer {
  return Buffer.from(jwk[name]!, "base64url");
}

function hashes(module: MicroModule, text: Buffer): Subject[] {
  const at = module.put(text);
  return ["sha256", "sha384", "sha512"].map((name, id) => ({
    name: `${name.toUpperCase().replace("SHA", "SHA-")}, ${text.length} bytes`,
    beside: "OpenSSL",
    times: 500,
    ours: (times) => module.call("hash", times, id, at, text.length) >= 0,
    native: () => createHash(name).update(text).digest(),
  }));
}

function parsing(module: MicroModule, token: string, payload: string): Subject[] {
  const encoded = Buffer.from(payload);
  const encodedAt = module.put(encoded);
  const json = Buffer.from(payload, "base64url");
  const jsonAt = module.put(json);
  const jsonText = json.toString();
  const whole = Buffer.from(token);
  const wholeAt = module.put(whole);
  return [
    {
      name: `base64url, ${encoded.length} characters`,
      beside: "Buffer.from",
      times: 1000,
      ours: (times) => module.call("base64url", times, encodedAt, encoded.length) === times * json.length,
      native: () => Buffer.from(payload, "base64url"),
    },
    {
      name: `JSON, ${json.length} bytes`,
      beside: "JSON.parse",
      times: 1000,
      ours: (times) => module.call("json", times, jsonAt, json.length) === times,
      native: () => JSON.parse(jsonText) as unknown,
    },
    {
      name: "a whole token but for its signature",
      beside: undefined,
      times: 500,
      ours: (times) => module.call("token", times, wholeAt, whole.length) === times,
      native: () => undefined,
    },
    {
      name: `the token cache's hash, ${whole.length} bytes`,
      beside: undefined,
      times: 1000,
      ours: (times) => module.call("tokenHash", times, wholeAt, whole.length) !== -1,
      native: () => undefined,
    },
  ];
}
