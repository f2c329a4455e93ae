// What may happen while a crowd that has waited is answered: other issuers' crowds end their wait with it, clients leave, the listener is replaced.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { bearer, crowd, type Crowd } from "./crowd.js";
import { freePort } from "../stage/free-port.js";
import { stat, type EnvoyListener } from "../stage/harness.js";
import { LdsFile } from "../stage/lds-file.js";
import {
  DEADLINE_MS,
  KEY,
  parked,
  startStage,
  tokenOf,
  TRAP,
  trustingIssuers,
  type Stage,
} from "./stampede-stage.js";

/** `count` requests of an issuer. @param signer see `crowdToken` */
function ask(stage: Stage, listener: string, issuer: string, count: number, signer?: string): Promise<Crowd> {
  const request = { headers: bearer(tokenOf(issuer, signer)) };
  return crowd(stage.envoy.port(listener), "HTTP/2", Array<typeof request>(count).fill(request));
}

async function honest(stage: Stage, listener: string, issuer: string): Promise<Record<string, number>> {
  const one = await ask(stage, listener, issuer, 1, KEY);
  return one.answers().finally(() => one.stop());
}

describe("crowds of ten issuers", () => {
  const issuers = Array.from({ length: 10 }, (_, index) => `/issuer-${index}`);
  let stage: Stage;
  before(async () => {
    stage = await startStage({
      workers: 1,
      held: issuers,
      listeners: (keys) => ({ many: trustingIssuers(keys, issuers) }),
    });
  });
  after(() => stage.stop());

  it("whose fetches end at once, well or badly: all are answered", async () => {
    const crowds = await Promise.all(issuers.map((issuer) => ask(stage, "many", issuer, 200, KEY)));
    await parked(stage, 2_000);
    issuers.forEach((issuer, index) => stage.keys.open(issuer, index % 2 === 0 ? 200 : 500));
    const answers = await Promise.all(crowds.map((one) => one.answers()));
    assert.deepEqual(
      answers,
      issuers.map((_, index) => ({ [index % 2 === 0 ? "200" : "401"]: 200 })),
    );
    for (const one of crowds) one.stop();
    assert.deepEqual(await honest(stage, "many", issuers[0]!), { "200": 1 });
    assert.doesNotMatch(stage.envoy.log(), TRAP);
  });
});

describe("an issuer that hangs", () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage({
      workers: 1,
      held: ["/hangs", "/starts"],
      listeners: (keys) => ({ two: trustingIssuers(keys, ["/hangs", "/starts"]) }),
    });
  });
  after(() => stage.stop());

  it("and 11,000 tokens in its name leave room for the users of another, whose keys come late", async () => {
    const junk = await ask(stage, "two", "/hangs", 11_000);
    await parked(stage, 10_000);
    const users = await ask(stage, "two", "/starts", 100, KEY);
    await parked(stage, 10_100);
    stage.keys.open("/starts");
    assert.deepEqual(await users.answers(), { "200": 100 });
    stage.keys.open("/hangs");
    assert.deepEqual(await junk.answers(), { "401": 11_000 });
    users.stop();
    junk.stop();
    assert.deepEqual(await honest(stage, "two", "/hangs"), { "200": 1 });
    assert.doesNotMatch(stage.envoy.log(), TRAP);
  });
});

describe("a crowd at a listener that is replaced", () => {
  let stage: Stage;
  let directory: string;
  let listener: EnvoyListener | undefined;
  let lds: LdsFile;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-stampede-"));
    const port = await freePort();
    lds = new LdsFile(join(directory, "listeners.json"));
    stage = await startStage({
      workers: 2,
      held: ["/replaced"],
      listeners: (keys) => ({ replaced: trustingIssuers(keys, ["/replaced"]) }),
      edit: async (bootstrap) => {
        [listener] = bootstrap.static_resources.listeners;
        Object.assign(listener!, { address: { socket_address: { address: "127.0.0.1", port_value: port } } });
        await lds.take(bootstrap);
      },
    });
  });
  after(async () => {
    await stage.stop();
    await rm(directory, { recursive: true });
  });

  it("while clients leave: those who stay are answered by the old plugin, and the new one serves", async () => {
    const { envoy, keys } = stage;
    const crowds = await Promise.all(
      Array.from({ length: 4 }, () => ask(stage, "replaced", "/replaced", 1_000)),
    );
    await parked(stage, 4_000);
    const members = crowds.flatMap((one) => one.members);
    // Not more of a connection: Envoy ends one of whose first 500 streams 250 were reset.
    const leave = (remainder: number) =>
      members.forEach((member, index) => index % 16 === remainder && member.leave());
    const taken = "listener_manager.listener_create_success";
    const before = await stat(envoy, taken);
    leave(0);
    keys.open("/replaced");
    leave(1);
    const updated = structuredClone(listener!);
    Object.assign(updated.filter_chains[0].filters[0].typed_config.http_filters[0].typed_config.config, {
      configuration: {
        "@type": "type.googleapis.com/google.protobuf.StringValue",
        value: JSON.stringify(trustingIssuers(keys, ["/replaced", "/second"])),
      },
    });
    await lds.write([updated]);
    const answers = await Promise.all(members.map((member) => member.answer));
    answers.forEach((answer, index) => {
      if (index % 16 < 2) assert.ok(answer === "left" || answer === "401", answer);
      else assert.equal(answer, "401", `client ${index}`);
    });
    assert.ok(answers.filter((answer) => answer === "left").length >= 250);
    await waitFor(
      "the workers to take the update",
      DEADLINE_MS,
      async () => (await stat(envoy, taken)) >= before + 2,
    );
    await waitFor(
      "the new plugin to serve",
      DEADLINE_MS,
      async () => "200" in (await honest(stage, "replaced", "/second")),
    );
    for (const one of crowds) one.stop();
    await parked(stage, 0);
    assert.doesNotMatch(envoy.log(), TRAP);
  });
});
