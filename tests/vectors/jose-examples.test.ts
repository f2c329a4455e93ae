// The signed examples of the JOSE documents, verified in wasm with their public keys: RFC 7515 appendix A, RFC 7520 §4 and RFC 8037
// appendix A. Each is also wrong with its last byte changed, and with a byte of its payload changed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../assemblyscript/compile.js";
import { RsaKey } from "./crypto-wasm.js";
import { EcdsaKey, Ed25519Key, hmacVerify, type CurveName } from "./ec-keys.js";
import { bytes } from "./vector-file.js";

interface Example {
  source: string;
  alg: string;
  jwk: Record<string, string>;
  token: string;
}

const path = join(repositoryRoot, "tests", "vectors", "data", "jose_examples.json");
const examples = JSON.parse(readFileSync(path, "utf8")) as Example[];

function verify({ alg, jwk }: Example, message: Buffer, signature: Buffer): boolean {
  const member = (name: string): Buffer => bytes(jwk[name]!);
  const hash = `SHA-${alg.slice(2)}`;
  switch (alg.slice(0, 2)) {
    case "RS":
      return RsaKey.prepare(member("n"), member("e"))!.verify("pkcs1", hash, message, signature);
    case "PS":
      return RsaKey.prepare(member("n"), member("e"))!.verify("pss", hash, message, signature);
    case "ES":
      return new EcdsaKey(jwk.crv as CurveName, member("x"), member("y")).verify(hash, message, signature);
    case "Ed":
      return new Ed25519Key(member("x")).verify(message, signature);
    default:
      return hmacVerify(hash, member("k"), message, signature);
  }
}

test("there are as many as expected", () => assert.equal(examples.length, 9));

for (const example of examples) {
  test(`${example.source} ${example.alg}`, () => {
    const end = example.token.lastIndexOf(".");
    const message = Buffer.from(example.token.slice(0, end));
    const signature = bytes(example.token.slice(end + 1));
    assert.ok(verify(example, message, signature));
    const wrongSignature = Buffer.from(signature);
    wrongSignature[wrongSignature.length - 1]! ^= 1;
    assert.ok(!verify(example, message, wrongSignature));
    const wrongMessage = Buffer.from(message);
    wrongMessage[wrongMessage.length - 1]! ^= 1;
    assert.ok(!verify(example, wrongMessage, signature));
  });
}
