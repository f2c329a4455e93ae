// The X.509 map form of key sets against native: certificates whose every byte is changed, and every character of their armour. The filter's
// own reader answers in a bare instance, native in an Envoy that fetches each key set anew.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { keySetStatus } from "../../unit/jose/key-set-reader.js";
import { certificateForms } from "./certificate-forms.js";
import { der, integer, pem } from "./der.js";
import { FetchedKeys } from "../harness/fetched-keys.js";
import { keyCertificate } from "./key-certificates.js";
import { isPresent } from "../native/older-native.js";
import { mint, type TokenSpec } from "../token.js";

let native: FetchedKeys;
before(async () => (native = await FetchedKeys.start()));

const { version } = await locateEnvoy();
/** Older ones read ASN.1 less strictly: a subject's text may have another type than it says. */
const skip = isPresent(version) ? false : `Envoy ${version} reads certificates differently`;
after(() => native.stop());

const token: TokenSpec = { key: "rsa1024", header: { kid: "k" } };

/** Ours in native's words: what a fetched key set would come to. */
function ours(text: string): string {
  if (keySetStatus(text) !== "OK") return "Jwks remote fetch is failed";
  const status = keySetStatus(text, mint(token));
  return status === "OK" ? "" : status;
}

/** @param answers how many different ones there are, so that a comparison of nothing but refusals is noticed */
async function compare(
  texts: Iterable<readonly [label: string, certificate: string]>,
  answers: number,
): Promise<void> {
  const problems: string[] = [];
  const seen = new Map<string, number>();
  for (const [label, certificate] of texts) {
    const text = JSON.stringify({ k: certificate });
    const [expected, actual] = [await native.ask(text, token), ours(text)];
    seen.set(expected, (seen.get(expected) ?? 0) + 1);
    if (expected !== actual) problems.push(`${label}: native "${expected}", ours "${actual}"`);
  }
  assert.equal(problems.length, 0, `${problems.length}:\n${problems.slice(0, 40).join("\n")}`);
  assert.equal(seen.size, answers, JSON.stringify([...seen]));
}

test("every byte of a certificate changed", { skip }, async () => {
  const good = keyCertificate("rsa1024");
  const changes = [
    (byte: number) => byte ^ 1,
    (byte: number) => byte ^ 0x20,
    (byte: number) => byte ^ 0x80,
    (byte: number) => (byte + 1) & 0xff,
    () => 0,
    () => 0xff,
  ];
  await compare(
    (function* () {
      for (let at = 0; at < good.length; at++) {
        for (const value of new Set(changes.map((change) => change(good[at]!)))) {
          const changed = Buffer.from(good);
          changed[at] = value;
          yield [`byte ${at} is ${value}`, pem(changed)] as const;
        }
      }
    })(),
    3,
  );
});

test("every character of the armour removed, doubled and changed", async () => {
  const good = pem(keyCertificate("rsa1024"));
  const marked = ["\n", "\r\n", " ", "=", "-", "\u00e9", "\u0000"];
  await compare(
    (function* () {
      for (let at = 0; at < good.length; at++) {
        const [head, rest] = [good.slice(0, at), good.slice(at)];
        yield [`no character ${at}`, head + rest.slice(1)] as const;
        yield [`character ${at} twice`, head + rest.charAt(0) + rest] as const;
        // Lines are alike: a few of them do.
        if (at % 64 > 6 && at < good.length - 40) continue;
        for (const mark of marked) {
          yield [`${JSON.stringify(mark)} at ${at}`, head + mark + rest] as const;
          yield [`${JSON.stringify(mark)} for ${at}`, head + mark + rest.slice(1)] as const;
        }
      }
    })(),
    2,
  );
});

test("odd forms of every field", { skip }, async () => {
  await compare(
    (function* () {
      for (const [field, list] of Object.entries(certificateForms)) {
        for (const form of list) {
          for (const version of field === "rest" ? [0, 1, 2] : [2]) {
            const changed = { version: der(0xa0, integer(version)), [field]: form };
            const label = `${field} ${form.toString("hex").slice(0, 80)}, version ${version + 1}`;
            yield [label, pem(keyCertificate("rsa1024", changed))] as const;
          }
        }
      }
    })(),
    3,
  );
});
