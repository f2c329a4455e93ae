// What passes by a filter that reads paths and writes headers, if the proxy around it does not do its part: paths written in other ways, and
// claims with line ends in them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rawGet } from "../../host/probe/raw-http.js";
import { goodToken, setupFor, trustingInline } from "../stage/harness.js";

const outputs = { outputClaimToHeaders: [{ header: "x-nick", claim: "nick" }] };
const denyAdmin = {
  authorizationPolicies: [
    {
      name: "deny",
      namespace: "foo",
      action: "DENY",
      rules: [{ to: [{ operation: { paths: ["/anything/admin", "/anything/admin/*"] } }] }],
    },
  ],
};

const setup = setupFor({
  listeners: (issuer) => ({
    paths: trustingInline(issuer, {}, denyAdmin),
    outputs: trustingInline(issuer, outputs),
  }),
});

/** Ways to write /anything/admin, as the shipped configuration (normalize_path) has Envoy answer them. */
const paths: readonly { path: string; status: number }[] = [
  { path: "/anything/admin", status: 403 },
  { path: "/anything/admin?x=1", status: 403 },
  { path: "/anything/admin?", status: 403 },
  { path: "/anything/admin/", status: 403 },
  { path: "/anything/./admin", status: 403 },
  { path: "/anything/x/../admin", status: 403 },
  { path: "/x/../anything/admin/y/..", status: 403 },
  { path: "/../anything/admin", status: 403 },
  { path: "/anything/%61dmin", status: 403 },
  { path: "/anything/%2e/admin", status: 403 },
  { path: "/anything/x/%2E%2e/admin", status: 403 },
  { path: "/anything\\admin", status: 403 },
  { path: "/anything/x\\..\\admin", status: 403 },
  { path: "/anything/admin#x", status: 400 },
  { path: "/anything/admin%00", status: 400 },
  { path: "anything/admin", status: 400 },
  // Not the same path, unless the upstream takes them for one: Envoy's merge_slashes and path_with_escaped_slashes_action are for those.
  { path: "/anything//admin", status: 200 },
  { path: "/anything/x%2f..%2fadmin", status: 200 },
  { path: "/anything/ADMIN", status: 200 },
  { path: "/anything/admin;x=1", status: 200 },
  { path: "/anything/other", status: 200 },
];

describe("a path written in another way", () => {
  it("is the path that the policy names, once Envoy has normalised it", async () => {
    const { envoy } = await setup();
    for (const { path, status } of paths)
      assert.equal((await rawGet(envoy.port("paths"), path, [])).status, status, path);
  });
});

const nicks: readonly { nick: string; passes: boolean }[] = [
  { nick: "plain", passes: true },
  { nick: "é", passes: true },
  { nick: "a\r\nx-admin: true", passes: false },
  { nick: "a\nx-admin: true", passes: false },
  { nick: "a\rx-admin: true", passes: false },
  { nick: "a\0", passes: false },
  { nick: "\r\n\r\nGET /anything/admin HTTP/1.1\r\nhost: x\r\n\r\n", passes: false },
];

describe("a claim that becomes a header", () => {
  it("never becomes two: such a request does not reach the upstream", async () => {
    const { issuer, send, upstream } = await setup();
    for (const { nick, passes } of nicks) {
      const before = upstream.requests();
      const { status, body } = await send("outputs", { token: await goodToken(issuer, { nick }) });
      assert.equal(upstream.requests() - before, passes ? 1 : 0, JSON.stringify(nick));
      assert.equal(status === 200, passes, `${JSON.stringify(nick)}: ${status}`);
      assert.ok(!/x-admin/i.test(body));
    }
    assert.equal((await send("outputs", { token: await goodToken(issuer) })).status, 200);
  });
});
