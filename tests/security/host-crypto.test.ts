// The host's crypto: what counts as its "yes", whom the filter does not believe, and what it is asked.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WasmResult, type ForeignFunction } from "../../host/index.js";
import { verifySignature } from "../../host/node/verify-signature.js";
import { signingKey, type KeyName } from "../differential/keys/keys.js";
import { Filter, jwk, mint, rule, trusting } from "./filter.js";

const FAIL = "401 Jwt verification fails";
/** Calls with which the filter tries the host while it is configured. */
const TRIALS = 4;

const start = (verify: ForeignFunction, ...keys: object[]) =>
  Filter.start(trusting(rule(keys)), { foreignFunctions: new Map([["verify_signature", verify]]) });

const flipped = (key: KeyName) => mint({ key, edits: [{ segment: 2, flip: 5 }] });

describe("the host's crypto", () => {
  const answers: {
    title: string;
    bytes: readonly number[];
    status?: WasmResult;
    good: string;
    bad: string;
  }[] = [
    { title: "true", bytes: [0x08, 1], good: "passes", bad: "passes" },
    { title: "false", bytes: [0x08, 0], good: FAIL, bad: FAIL },
    { title: "nothing", bytes: [], good: FAIL, bad: FAIL },
    { title: "half of a field", bytes: [0x08], good: FAIL, bad: FAIL },
    { title: "2", bytes: [0x08, 2], good: FAIL, bad: FAIL },
    { title: "another field that is true", bytes: [0x10, 1], good: FAIL, bad: FAIL },
    { title: "an error that reads like true", bytes: [0x12, 2, 0x08, 1], good: FAIL, bad: FAIL },
    { title: "text", bytes: [...Buffer.from("true")], good: FAIL, bad: FAIL },
    ...[WasmResult.NotFound, WasmResult.BadArgument, WasmResult.InternalFailure].map((status) => ({
      title: `true, and that it failed with ${status}: wasm decides`,
      bytes: [0x08, 1],
      status,
      good: "passes",
      bad: FAIL,
    })),
  ];
  for (const { title, bytes, status = WasmResult.Ok, good, bad } of answers) {
    it(`answers ${title}`, async () => {
      let calls = 0;
      const filter = await start(
        (argument, caller) =>
          calls++ < TRIALS ? verifySignature(argument, caller) : { status, result: Uint8Array.from(bytes) },
        jwk("rsa"),
        jwk("ec256"),
      );
      for (const key of ["rsa", "ec256"] as const) {
        assert.equal(filter.outcome({ token: mint({ key }) }), good);
        assert.equal(filter.outcome({ token: flipped(key) }), bad);
      }
      assert.equal(calls, TRIALS + 4);
      filter.stop();
    });
  }

  const yes: ForeignFunction = () => ({ status: WasmResult.Ok, result: Uint8Array.of(0x08, 1) });
  const liars: Record<string, (call: number) => boolean> = {
    "says yes to everything": () => true,
    "says yes to everything but RSA": (call) => call >= 2,
  };
  for (const [title, lies] of Object.entries(liars)) {
    it(`is not believed if it ${title}`, async () => {
      let calls = 0;
      const filter = await start(
        (argument, caller) => (lies(calls++) ? yes : verifySignature)(argument, caller),
        jwk("rsa"),
        jwk("ec256"),
      );
      assert.ok(filter.log.some((line) => line.endsWith("signatures are verified by wasm")));
      for (const key of ["rsa", "ec256"] as const) {
        assert.equal(filter.outcome({ token: mint({ key }) }), "passes");
        assert.equal(filter.outcome({ token: flipped(key) }), FAIL);
      }
      filter.stop();
    });
  }

  it("is asked about the next key after a no, and about texts of every size", async () => {
    let calls = 0;
    const filter = await start(
      (argument, caller) => {
        calls++;
        return verifySignature(argument, caller);
      },
      jwk("rsaOther", { kid: undefined }),
      jwk("rsa1024", { kid: undefined }),
      jwk("rsa", { kid: undefined }),
    );
    // Lengths of fields on both sides of what one to four bytes of a varint hold.
    for (const size of [1, 90, 95, 12_000, 12_200, 1_500_000, 1_600_000]) {
      const token = mint({ key: "rsa", claims: { long: "x".repeat(size) }, without: ["kid"] });
      calls = 0;
      assert.equal(filter.outcome({ token }), "passes", `${size}`);
      assert.equal(calls, 3);
      assert.equal(filter.outcome({ token: `${token.slice(0, -9)}A${token.slice(-8)}` }), FAIL, `${size}`);
    }
    filter.stop();
  });

  it("is not asked about signatures that only wasm can read", async () => {
    let calls = 0;
    const filter = await start((argument, caller) => {
      calls++;
      return verifySignature(argument, caller);
    }, jwk("ec256"));
    const asked = (token: string) => {
      calls = 0;
      return [filter.outcome({ token }), calls];
    };
    const [header, payload, signature] = mint({ key: "ec256" }).split(".");
    assert.equal(signingKey("ec256").defaultAlg, "ES256");
    const half = Buffer.from(signature!, "base64url");
    const resized = (bytes: Buffer) => `${header}.${payload}.${bytes.toString("base64url")}`;
    assert.deepEqual(asked(resized(half)), ["passes", 1]);
    for (const length of [0, 1, 2, 62, 63, 65, 66, 1000]) {
      const bytes = Buffer.concat([half, Buffer.alloc(1000)]).subarray(0, length);
      assert.equal(asked(resized(bytes))[1], 0, `${length}`);
    }
    assert.deepEqual(asked(resized(Buffer.alloc(64))), [FAIL, 1]);
    filter.stop();
  });
});
