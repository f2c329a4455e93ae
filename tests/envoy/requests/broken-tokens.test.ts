// Bytes that are no token get a status from Envoy's list, and the request after them is served as before.

import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, it } from "node:test";
import { goodToken, setupFor, trustingInline } from "../stage/harness.js";

const setup = setupFor({ listeners: (issuer) => ({ inline: trustingInline(issuer) }) });

const b64 = (text: string) => Buffer.from(text, "latin1").toString("base64url");
const header = b64('{"alg":"RS256"}');

const BAD_FORMAT = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";

const cases: { title: string; token: string; body: string }[] = [
  { title: "one part", token: "bad", body: BAD_FORMAT },
  { title: "two parts", token: "a.b", body: BAD_FORMAT },
  { title: "four parts", token: "a.b.c.d", body: BAD_FORMAT },
  { title: "dots only", token: "..", body: BAD_FORMAT },
  {
    title: "a header in another alphabet",
    token: "a+a.e30.AA",
    body: "Jwt header is an invalid Base64url encoded",
  },
  { title: "a header that is no JSON", token: `${b64("{")}.e30.AA`, body: "Jwt header is an invalid JSON" },
  {
    title: "nesting without end",
    token: `${b64("[".repeat(20_000))}.e30.AA`,
    body: "Jwt header is an invalid JSON",
  },
  {
    title: "no algorithm",
    token: `${b64("{}")}.e30.AA`,
    body: "Jwt header [alg] field is required and must be a string",
  },
  { title: "alg none", token: `${b64('{"alg":"none"}')}.e30.AA`, body: "Jwt header [alg] is not supported" },
  {
    title: "a kid that is a number",
    token: `${b64('{"alg":"RS256","kid":1}')}.e30.AA`,
    body: "Jwt header [kid] field is not a string",
  },
  {
    title: "a payload that is no JSON",
    token: `${header}.${b64("no")}.AA`,
    body: "Jwt payload is an invalid JSON",
  },
  {
    title: "a payload in bad UTF-8",
    token: `${header}.${b64('{"a":"\xff"}')}.AA`,
    body: "Jwt payload is an invalid JSON",
  },
  {
    title: "a duplicate claim",
    token: `${header}.${b64('{"a":1,"a":2}')}.AA`,
    body: "Jwt payload is an invalid JSON",
  },
  {
    title: "an issuer that is a number",
    token: `${header}.${b64('{"iss":1}')}.AA`,
    body: "Jwt payload [iss] field is not a string",
  },
  {
    title: "a time that is a text",
    token: `${header}.${b64('{"exp":"1"}')}.AA`,
    body: "Jwt payload [exp] field is not an integer",
  },
  {
    title: "a time before 1970",
    token: `${header}.${b64('{"exp":-1}')}.AA`,
    body: "Jwt payload [exp] field is not a positive 64 bit integer",
  },
  {
    title: "a signature in another alphabet",
    token: `${header}.e30.+`,
    body: "Jwt signature is an invalid Base64url encoded",
  },
  { title: "no issuer", token: `${header}.e30.AA`, body: "Jwt issuer is not configured" },
];

describe("a broken token is refused", () => {
  for (const { title, token, body } of cases) {
    it(title, async () => {
      const { issuer, send } = await setup();
      const answer = await send("inline", { token });
      assert.deepEqual({ status: answer.status, body: answer.body }, { status: 401, body });
      const next = await send("inline", { token: await goodToken(issuer) });
      assert.equal(next.status, 200, "the next request works as before");
    });
  }

  it("signatures of lengths that no key has, up to 600 bytes", async () => {
    const { issuer, send } = await setup();
    const [head, payload] = (await goodToken(issuer)).split(".");
    for (let length = 1; length <= 600; length += 23) {
      const token = `${head!}.${payload!}.${Buffer.alloc(length, 0xa5).toString("base64url")}`;
      const { status, body } = await send("inline", { token });
      assert.deepEqual({ status, body }, { status: 401, body: "Jwt verification fails" }, `${length} bytes`);
    }
  });

  it("two good tokens, which HTTP joins into one bad one", async () => {
    const { issuer, envoy } = await setup();
    const bearer = `Bearer ${await goodToken(issuer)}`;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = ["Host", "httpbin", "Authorization", bearer, "Authorization", bearer];
      const sent = request({ port: envoy.port("inline"), path: "/headers", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.once("error", reject);
      sent.end();
    });
    assert.equal(status, 401);
  });
});
