// Answers that the API's owner chooses: which outcome and which client gets them, and that nothing of a request breaks out of them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import { Filter, jwk, mint, principalNeeded, rule, trusting, type FilterRequest } from "./filter.js";

const keys = rule([jwk("rsa")], {
  fromParams: ["token"],
  fromHeaders: [{ name: "authorization", prefix: "Bearer " }],
});
const good = mint({ key: "rsa" });
const browser = [["accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"]] as const;
const login = {
  outcomes: ["401"],
  browsers: true,
  status: 302,
  headers: {
    location: "https://login.example.com/start?rd=https://app.example.com${url}",
    "cache-control": "no-store",
  },
};

const start = (answers: object[], policies: object = principalNeeded) =>
  Filter.start({ ...trusting(keys), ...policies, extensions: { answers } });

async function answered(answers: object[], request: FilterRequest, policies?: object) {
  const filter = await start(answers, policies);
  const { status, body, headers } = filter.send(request);
  filter.stop();
  const fields = Object.fromEntries(headers.filter(([name]) => name !== "content-length"));
  return { status, body, fields };
}

describe("an answer is for the outcomes and clients that it names", () => {
  const teapot = { status: 418 };
  const cases: readonly (readonly [string, object[], FilterRequest, number])[] = [
    ["all of them", [teapot], {}, 418],
    ["none of a request that passes", [teapot], { token: good }, 200],
    ["a bad token, by status", [{ ...teapot, outcomes: ["401"] }], { token: "x" }, 418],
    [
      "a bad token, by word",
      [{ ...teapot, outcomes: ["Jwt_is_expired"] }],
      { token: mint({ key: "rsa", claims: { exp: 1 } }) },
      418,
    ],
    ["another word", [{ ...teapot, outcomes: ["Jwt_is_expired"] }], { token: "x" }, 401],
    ["no identity, by status", [{ ...teapot, outcomes: ["401"] }], {}, 418],
    ["no identity, where nobody asks, as natively", [{ ...teapot, outcomes: ["Jwt_is_expired"] }], {}, 403],
    ["no identity is no denial then", [{ ...teapot, outcomes: ["403", "Jwt_is_missing"] }], {}, 418],
    [
      "the first that fits",
      [{ outcomes: ["403"], status: 400 }, { outcomes: ["401"], status: 404 }, teapot],
      { token: "x" },
      404,
    ],
    ["a browser", [{ ...teapot, browsers: true }], { token: "x", headers: browser }, 418],
    [
      "a browser that posts",
      [{ ...teapot, browsers: true }],
      { method: "POST", token: "x", headers: browser },
      401,
    ],
    [
      "a script",
      [{ ...teapot, browsers: true }],
      { token: "x", headers: [["accept", "application/json"]] },
      401,
    ],
    ["any page", [{ ...teapot, browsers: true }], { token: "x", headers: [["accept", "*/*"]] }, 401],
    ["a gRPC client", [teapot], { token: "x", headers: [["content-type", "application/grpc"]] }, 401],
    [
      "a gRPC client that says more",
      [teapot],
      { token: "x", headers: [["content-type", "application/grpc+proto"]] },
      401,
    ],
    ["gRPC-Web", [teapot], { token: "x", headers: [["content-type", "application/grpc-web"]] }, 418],
  ];
  for (const [name, answers, request, status] of cases) {
    it(`${name}: ${status}`, async () => {
      assert.equal((await answered(answers, request)).status, status);
    });
  }
});

describe("an answer", () => {
  it("is a problem (RFC 9457) by one word, and keeps the challenge", async () => {
    const { status, body, fields } = await answered([{ problem: true }], { token: "x", path: "/a" });
    const reason = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
    assert.equal(status, 401);
    assert.deepEqual(JSON.parse(body), { status: 401, detail: reason });
    assert.deepEqual(fields, {
      "www-authenticate": 'Bearer realm="https://api.example.com/a", error="invalid_token"',
      "content-type": "application/problem+json",
    });
  });

  it("has a challenge where an identity is needed, without error", async () => {
    const { status, body, fields } = await answered([{ outcomes: ["401"], problem: true }], { path: "/a" });
    assert.equal(status, 401);
    assert.deepEqual(JSON.parse(body), { status: 401, detail: "RBAC: identity needed" });
    assert.equal(fields["www-authenticate"], 'Bearer realm="https://api.example.com/a"');
  });

  it("is a template of named values, in its fields and its body", async () => {
    const answer = {
      status: 404,
      headers: { "content-type": "text/html", "x-reason": "${reason} (${status})" },
      body: "<p>${path} {}: $${reason}</p>",
    };
    const { status, body, fields } = await answered(
      [answer],
      { path: "/a<b>?q", token: good },
      {
        authorizationPolicies: [{ name: "none", namespace: "foo" }],
      },
    );
    assert.equal(status, 404);
    assert.equal(body, "<p>/a%3Cb%3E {}: $RBAC: access denied</p>");
    assert.deepEqual(fields, { "content-type": "text/html", "x-reason": "RBAC: access denied (404)" });
  });

  it("has the outcome's own text without a body of its own", async () => {
    assert.equal(
      (await answered([{ status: 404 }], { token: "x" })).body,
      "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
    );
  });

  const base = "https://login.example.com/start?rd=https://app.example.com";
  const urls: readonly (readonly [string, string, string])[] = [
    ["path and query", "/a/b?c=d&e=%20", "/a/b%3Fc%3Dd%26e%3D%2520"],
    ["without the token", `/a?x=1&token=${good}.x&y=2`, "/a%3Fx%3D1%26y%3D2"],
    ["another host by two slashes", "//evil.example/", "/"],
    ["another host by a backslash", "/\\evil.example/", "/"],
    ["no path", "https://evil.example/", "/"],
    ["a line break", "/a%0d%0ax: y", "/a%250d%250ax:%20y"],
    ["more than a browser would send", `/${"a".repeat(2048)}`, "/"],
  ];
  for (const [name, path, rd] of urls) {
    it(`sends a browser to its login and back: ${name}`, async () => {
      const { status, fields } = await answered([login], { path, headers: browser, token: "x" });
      assert.equal(status, 302);
      assert.deepEqual(fields, {
        location: base + rd,
        "cache-control": "no-store",
        "content-type": "text/plain",
      });
    });
  }

  it("leads back to this host alone, and stays within field, JSON and markup, whatever the path is", async () => {
    const filter = await start([
      { ...login, headers: { location: `${base}\${url}`, "x-path": "${url}" }, body: '{"a":"${path}"}' },
    ]);
    const letters = fc.string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
    });
    holds(
      "answers-lead-back",
      fc.property(
        fc.oneof(
          letters,
          letters.map((text) => `/${text}`),
        ),
        (path) => {
          const { headers, body } = filter.send({ path, headers: browser, token: "x" });
          const fields = Object.fromEntries(headers);
          assert.match(fields["x-path"]!, /^\/(?:[A-Za-z0-9._~/:-]|%[0-9A-F]{2})*$/);
          assert.equal(
            new URL(decodeURIComponentBytes(fields["x-path"]!), "https://app.example.com").host,
            "app.example.com",
          );
          assert.equal(new URL(fields["location"]!).host, "login.example.com");
          assert.deepEqual(Object.keys(JSON.parse(body) as object), ["a"]);
        },
      ),
      { numRuns: 300 },
    );
    filter.stop();
  });
});

/** What a login page makes of it; bytes that are no UTF-8 stay escaped. */
function decodeURIComponentBytes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe("a configuration of answers is refused", () => {
  const at = "extensions.answers[0]";
  const field = "is no header field in lower case, or one that is not yours to set";
  const cases: readonly (readonly [string, object, string])[] = [
    [
      "an outcome that is none",
      { outcomes: ["Jwt is expired"] },
      `${at}.outcomes[0]: is no outcome of docs/outcomes.md with _ for blanks, and no status of one`,
    ],
    ["a status that ends nothing", { status: 100 }, `${at}.status: must be a whole number from 200 to 599`],
    ["a field with a line break", { headers: { "x\r\ny": "a" } }, `${at}.headers.x\r\ny: ${field}`],
    ["a field in capitals", { headers: { "X-A": "a" } }, `${at}.headers.X-A: ${field}`],
    ["a pseudo field", { headers: { ":status": "200" } }, `${at}.headers.:status: ${field}`],
    [
      "the challenge",
      { headers: { "www-authenticate": "Basic" } },
      `${at}.headers.www-authenticate: ${field}`,
    ],
    ["a length", { headers: { "content-length": "1" } }, `${at}.headers.content-length: ${field}`],
    [
      "a value with a line break",
      { headers: { "x-a": "a\r\nset-cookie: b" } },
      `${at}.headers.x-a: must be visible ASCII and blanks`,
    ],
    [
      "a value beyond ASCII",
      { headers: { "x-a": "é" } },
      `${at}.headers.x-a: must be visible ASCII and blanks`,
    ],
    ["an empty value", { headers: { "x-a": "" } }, `${at}.headers.x-a: must be visible ASCII and blanks`],
    [
      "an unknown value",
      { body: "${token}" },
      `${at}.body: \${…} must be one of \${reason}, \${status}, \${path} and \${url}`,
    ],
    [
      "a value without end",
      { body: "${url" },
      `${at}.body: \${…} must be one of \${reason}, \${status}, \${path} and \${url}`,
    ],
    ["two bodies", { problem: true, body: "a" }, `${at}.body: is that of a problem already`],
    ["a body of 16385 letters", { body: "a".repeat(16385) }, `${at}.body: must have at most 16384 letters`],
    [
      "17 fields",
      { headers: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`x-${i}`, "a"])) },
      `${at}.headers: must have at most 16 fields`,
    ],
  ];
  for (const [name, answer, expected] of cases) {
    it(name, async () => {
      const log = await Filter.tryStart({ ...trusting(keys), extensions: { answers: [answer] } });
      assert.deepEqual(log, [`jwt-policy: ${expected}`]);
    });
  }

  it("33 answers", async () => {
    const answers = Array.from({ length: 33 }, () => ({ status: 404 }));
    const log = await Filter.tryStart({ ...trusting(keys), extensions: { answers } });
    assert.deepEqual(log, ["jwt-policy: extensions.answers: must have at most 32 items"]);
  });
});
