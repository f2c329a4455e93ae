// The comparison of a MAC takes the same way through the code wherever the first difference is. Counted, not timed: every function, every
// branch and every round of a loop has a counter.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { instantiate } from "../assemblyscript/instantiate.js";
import { compileWithCounters } from "../fuzz/coverage/compile.js";
import { Random } from "../seeded/random.js";

interface Exports {
  memory: WebAssembly.Memory;
  alloc: (size: number) => number;
  hmacVerify: (
    hash: number,
    key: number,
    keyLength: number,
    message: number,
    messageLength: number,
    mac: number,
    macLength: number,
  ) => number;
}

const instrumented = await compileWithCounters(
  "tests/vectors/vectors.as.ts",
  "tests/assemblyscript/asconfig.json",
  undefined,
  /^$/,
);
const wasm = (await instantiate(await WebAssembly.compile(instrumented.bytes))) as unknown as Exports;

function place(bytes: Uint8Array): number {
  const address = wasm.alloc(bytes.length);
  new Uint8Array(wasm.memory.buffer).set(bytes, address);
  return address;
}

/** The counters that a call leaves behind, and its answer. */
function counted(call: () => number): { counters: Buffer; answer: number } {
  new Uint8Array(wasm.memory.buffer, 0, instrumented.counters).fill(0);
  const answer = call();
  return { counters: Buffer.from(wasm.memory.buffer.slice(0, instrumented.counters)), answer };
}

for (const [hash, name] of ["sha256", "sha384", "sha512"].entries()) {
  test(`HMAC with ${name}: every wrong byte costs what a good MAC costs`, () => {
    const random = Random.for(`hmac path ${name}`);
    const [key, message] = [random.bytes(40), random.bytes(300)];
    const mac = createHmac(name, key).update(message).digest();
    const [keyAt, messageAt] = [place(key), place(message)];
    const verify = (bytes: Uint8Array) => {
      const macAt = place(bytes);
      return counted(() => wasm.hmacVerify(hash, keyAt, 40, messageAt, 300, macAt, mac.length));
    };
    const good = verify(mac);
    assert.equal(good.answer, 1);
    assert.ok(
      good.counters.some((count) => count === mac.length),
      "a loop has gone over every byte",
    );
    const wrong = Array.from(mac, (byte, index) => {
      const spoiled = Buffer.from(mac);
      spoiled[index] = byte ^ 1;
      return spoiled;
    });
    for (const bytes of [...wrong, Buffer.alloc(mac.length), Buffer.from(mac.map((byte) => ~byte))]) {
      const { counters, answer } = verify(bytes);
      assert.equal(answer, 0);
      assert.ok(counters.equals(good.counters), "another way through the code");
    }
  });
}
