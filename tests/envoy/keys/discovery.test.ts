// Where a provider configuration may lead: real servers, and in Envoy a cluster for each place that it must not lead to.

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { PATIENCE } from "../stage/eventually.js";
import { setupFor } from "../stage/harness.js";
import { clusterLike } from "../stage/static-cluster.js";

/** A server whose answers are texts by path. It counts what it is asked for. */
class Documents {
  readonly asked: string[] = [];
  readonly texts = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Documents> {
    const server = createServer((request, response) => {
      documents.asked.push(request.url!);
      const text = documents.texts.get(request.url!);
      response.writeHead(text === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(text);
    });
    const documents = new Documents(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return documents;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const ORIGIN = "http://idp.example.com";
const OTHER = "http://keys.example.net";

interface Case {
  readonly issuer?: string;
  readonly jwksUri: string;
  /** Further clusters in the configuration. */
  readonly clusters?: Record<string, string>;
  /** Undefined: the token passes. */
  readonly outcome?: string;
}

const cases: Readonly<Record<string, Case>> = {
  own: { jwksUri: `${ORIGIN}/keys` },
  named: { jwksUri: `${OTHER}/keys`, clusters: { [OTHER]: "elsewhere" } },
  "other-origin": { jwksUri: `${OTHER}/keys`, outcome: "other_origin" },
  "other-issuer": { issuer: `${ORIGIN}/evil`, jwksUri: `${ORIGIN}/keys`, outcome: "other_issuer" },
  bar: { jwksUri: "http://x|80||keys.example.net/keys", outcome: "bad_discovery" },
  user: { jwksUri: "http://idp.example.com@keys.example.net/keys", outcome: "bad_discovery" },
};

const servers: Documents[] = [];
after(() => servers.forEach((server) => server.stop()));

const setup = setupFor({
  wasmLogLevel: "info",
  listeners: async (issuer) => {
    const [idp, elsewhere] = [await Documents.start(), await Documents.start()];
    servers.push(idp, elsewhere);
    for (const server of servers) server.texts.set("/keys", JSON.stringify(issuer.jwks));
    const entries = Object.entries(cases).map(([name, one]) => {
      const ruleIssuer = `${ORIGIN}/${name}`;
      const document = { issuer: one.issuer ?? ruleIssuer, jwks_uri: one.jwksUri };
      idp.texts.set(`/${name}/.well-known/openid-configuration`, JSON.stringify(document));
      const config = {
        requestAuthentications: [{ name: "test", namespace: "foo", jwtRules: [{ issuer: ruleIssuer }] }],
        clusters: { [ORIGIN]: "documents", ...one.clusters },
      };
      return [name, config] as const;
    });
    return Object.fromEntries(entries);
  },
  edit: ({ static_resources: { clusters } }) => {
    const [idp, elsewhere] = servers;
    clusters.push(
      clusterLike(clusters[1]!, "documents", idp!.port),
      // What Istio's sidecars would have, and what a bar in a host would name.
      ...["elsewhere", "outbound|80||keys.example.net", "outbound|80||x|80||keys.example.net"].map((name) =>
        clusterLike(clusters[1]!, name, elsewhere!.port),
      ),
    );
  },
});

describe("a provider configuration", () => {
  for (const [name, { jwksUri, outcome }] of Object.entries(cases)) {
    it(`${name}, keys at ${jwksUri}: ${outcome ?? "followed"}`, async () => {
      const { issuer, envoy, send } = await setup();
      const token = await issuer.sign({ iss: `${ORIGIN}/${name}`, exp: 4e9 });
      const { status, body } = await send(name, { token });
      if (outcome === undefined) {
        assert.equal(status, 200, body);
        return;
      }
      assert.deepEqual([status, body], [401, "Jwks remote fetch is failed"]);
      const told = () =>
        envoy
          .log()
          .split("\n")
          .find((line) => line.includes(`uri="${ORIGIN}/${name}/`) && line.includes("outcome="));
      await waitFor("the warning", PATIENCE, () => told() !== undefined);
      assert.ok(told()!.includes(` outcome="${outcome}" `), told());
    });
  }

  it("has led nowhere else than to keys.example.net, and there only where it is named", async () => {
    await setup();
    const [idp, elsewhere] = servers;
    assert.deepEqual([...new Set(elsewhere!.asked)], ["/keys"]);
    assert.equal(elsewhere!.asked.length, 1);
    assert.equal(idp!.asked.filter((path) => path === "/keys").length, 1);
  });
});
