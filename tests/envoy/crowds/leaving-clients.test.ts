// Clients that leave while their requests wait for keys, at every moment of the wait, over HTTP/1.1 and HTTP/2: all others get their answers.

import assert from "node:assert/strict";
import { connect as connectHttp2, constants, type ClientHttp2Session } from "node:http2";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { eventually } from "../stage/eventually.js";
import { gate, type Gate } from "../stage/gate.js";
import { goodToken, sendAndLeave, setupFor, stat, trusting, type Setup } from "../stage/harness.js";

const PARKED = "wasmcustom.jwt_policy_parked_requests";

/** One issuer whose two answers wait for a gate each; found by discovery. */
function heldSetup(): { setup: () => Promise<Setup>; discovery: Gate; keys: Gate } {
  const [discovery, keys] = [gate(), gate()];
  const setup = setupFor({
    concurrency: 2,
    prepare: (issuer) => {
      const answer = { status: 200, body: JSON.stringify(issuer.jwks) };
      issuer.holdDiscovery(discovery.passed);
      issuer.answerJwksWith(() => keys.passed.then(() => answer));
    },
    listeners: (issuer) => ({ remote: trusting(issuer, { jwksUri: undefined, timeout: "20s" }) }),
  });
  return { setup, discovery, keys };
}

const parked = ({ envoy }: Setup, count: number) =>
  eventually(`${count} waiting requests`, async () => (await stat(envoy, PARKED)) === count);

describe("clients that leave", () => {
  const { setup, discovery, keys } = heldSetup();

  it("before the fetch, during discovery, during the fetch of keys, and while others are resumed", async () => {
    const running = await setup();
    const { issuer, envoy, upstream, send } = running;
    const port = envoy.port("remote");
    const token = await goodToken(issuer);
    const arrive = () => Promise.all(Array.from({ length: 5 }, () => sendAndLeave(port, token)));
    const leave = (leavers: { leave: () => void }[]) => leavers.forEach((leaver) => leaver.leave());

    leave(await arrive());
    const stayers = Array.from({ length: 10 }, () => send("remote", { token }));
    await eventually("the discovery", () => issuer.discoveries() === 1);
    await parked(running, 10);
    let leavers = await arrive();
    await parked(running, 15);
    leave(leavers);
    await parked(running, 10);

    discovery.open();
    await eventually("the fetch of keys", () => issuer.jwksFetches() === 1);
    leavers = await arrive();
    await parked(running, 15);
    leave(leavers);
    await parked(running, 10);

    leavers = await arrive();
    await parked(running, 15);
    keys.open();
    leave(leavers);
    const answers = await Promise.all(stayers);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    await parked(running, 0);
    assert.equal((await send("remote", { token })).status, 200);
    assert.ok(upstream.requests() >= 11 && upstream.requests() <= 16, String(upstream.requests()));
    assert.deepEqual([issuer.discoveries(), issuer.jwksFetches()], [1, 1]);
  });
});

describe("two requests in one write", () => {
  const { setup, discovery, keys } = heldSetup();

  it("the first of which waits: both are answered, in their order", async () => {
    const running = await setup();
    const token = await goodToken(running.issuer);
    const requests = [
      `GET /anything/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      "GET /anything/2 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer bad\r\n\r\n",
      `GET /anything/3 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    ];
    const socket = connect(running.envoy.port("remote"), "127.0.0.1");
    const received = new Promise<string>((resolve, reject) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      socket.once("error", reject);
      socket.once("close", () => resolve(text));
    });
    socket.write(requests.join(""));
    await parked(running, 1);
    discovery.open();
    keys.open();
    const text = await received;
    assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 401", "HTTP/1.1 200"]);
    assert.deepEqual(text.match(/"url": "[^"]*"/g), ['"url": "/anything/1"', '"url": "/anything/3"']);
  });
});

describe("100 streams of one HTTP/2 connection", () => {
  const { setup, discovery, keys } = heldSetup();

  /** The status, or "reset". */
  function ask(session: ClientHttp2Session, token: string): { answer: Promise<string>; leave: () => void } {
    const stream = session.request({ ":path": "/headers", authorization: `Bearer ${token}` });
    const answer = new Promise<string>((resolve) => {
      stream.once("response", (headers) => resolve(String(headers[":status"])));
      stream.once("error", () => undefined);
      stream.once("close", () => resolve("reset"));
    });
    stream.resume();
    return { answer, leave: () => stream.close(constants.NGHTTP2_CANCEL) };
  }

  it("that wait, every third of which is reset: the others pass, and the connection serves on", async () => {
    const running = await setup();
    const token = await goodToken(running.issuer);
    const session = connectHttp2(`http://127.0.0.1:${running.envoy.port("remote")}`);
    try {
      const streams = Array.from({ length: 100 }, () => ask(session, token));
      await parked(running, 100);
      const resets = streams.filter((_, index) => index % 3 === 0);
      for (const { leave } of resets.slice(0, 20)) leave();
      await parked(running, 80);
      discovery.open();
      await eventually("the fetch of keys", () => running.issuer.jwksFetches() === 1);
      keys.open();
      // These go while the others are resumed: they may have passed.
      for (const { leave } of resets.slice(20)) leave();
      const answers = await Promise.all(streams.map(({ answer }) => answer));
      answers.forEach((answer, index) => {
        if (index % 3 !== 0) assert.equal(answer, "200", `stream ${index}`);
        else assert.ok(answer === "reset" || answer === "200", answer);
      });
      assert.equal(answers.filter((answer) => answer === "reset").length >= 20, true);
      assert.equal(await ask(session, token).answer, "200");
      assert.equal(await ask(session, "bad").answer, "401");
      await parked(running, 0);
    } finally {
      session.destroy();
    }
  });
});
