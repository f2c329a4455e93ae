// An MCP server behind the filter in a real Envoy: the client of the protocol's own SDK finds its way from the challenge to a token of oidc-provider, with the
// policies of examples/mcp. What the page docs/mcp.md tells step by step is this.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../../cli/string-terminal.js";
import { freePort } from "../stage/free-port.js";
import { setUp, type EnvoyBootstrap, type Setup } from "../stage/harness.js";
import { startMcpServer, type RunningMcpServer } from "./mcp-server.js";

const revision = "2026-07-28";
const agents = [
  { id: "reader", secret: "reader-secret", scope: "notes:read", groups: [] },
  { id: "writer", secret: "writer-secret", scope: "notes:read notes:write", groups: [] },
];

/** The example's configuration of the filter, for another address of the server and another issuer. */
async function exampleConfiguration(server: string, issuer: string, jwksUri: string): Promise<object> {
  const example = join(repositoryRoot, "examples", "mcp", "policies.yaml");
  const { code, stdout, stderr } = await runCommand([
    "render",
    example,
    "--for",
    "foo/app=notes",
    "--as",
    "config",
  ]);
  assert.equal(code, 0, stderr);
  const text = stdout
    .replaceAll("https://idp.example.com/.well-known/jwks.json", jwksUri)
    .replaceAll("https://idp.example.com/", issuer)
    .replaceAll("https://notes.example.com", server);
  return { ...(JSON.parse(text) as object), clusters: { [new URL(jwksUri).origin]: "idp" } };
}

interface Ported {
  socket_address: { port_value: number };
}

/** Envoy listens on `port`, and sends requests to `upstreamPort`. */
function withPorts(config: EnvoyBootstrap, port: number, upstreamPort: number): void {
  const { listeners, clusters } = config.static_resources;
  (listeners[0] as unknown as { address: Ported }).address.socket_address.port_value = port;
  const [upstream] = clusters as [
    { load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: Ported } }] }] } },
  ];
  const [{ lb_endpoints }] = upstream.load_assignment.endpoints;
  lb_endpoints[0].endpoint.address.socket_address.port_value = upstreamPort;
}

describe("an MCP server behind the filter", () => {
  // It serves clients of older revisions, too, as the SDK's server does unless it is told not to.
  let server: RunningMcpServer;
  let setup: Setup;
  const stops: (() => Promise<void>)[] = [];
  let origin: string;

  before(async () => {
    server = await startMcpServer("stateless");
    stops.push(() => server.stop());
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    setup = await setUp({
      registrations: {
        clients: agents,
        scopes: "notes:read notes:write",
        resources: ["/mcp", "/other"].map((path) => ({
          indicator: origin + path,
          audience: origin + path,
          backdated: 0,
        })),
      },
      listeners: async ({ issuer, jwksUri }) => ({
        mcp: await exampleConfiguration(origin, issuer, jwksUri),
      }),
      edit: (config) => withPorts(config, port, server.port),
    });
    stops.push(() => setup.stop());
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  /** The SDK's client of an agent, connected, and what it has asked for so far: a line for each answer. */
  async function connected(agent: string): Promise<{ client: Client; answers: string[] }> {
    const answers: string[] = [];
    const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), {
      authProvider: new ClientCredentialsProvider({
        clientId: agent,
        clientSecret: `${agent}-secret`,
        expectedIssuer: setup.issuer.issuer,
      }),
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        const headers = new Headers(init?.headers);
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        const words = [pathname, headers.get("mcp-method"), headers.get("mcp-name"), answer.status];
        const challenge = answer.headers.get("www-authenticate")?.replaceAll(origin, "");
        answers.push([...words, challenge].filter((word) => word !== null && word !== undefined).join(" "));
        return answer;
      },
    });
    const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(transport);
    return { client, answers };
  }

  const metadata = "/.well-known/oauth-protected-resource/mcp";
  const bearer = `Bearer resource_metadata="${metadata}"`;
  const discovery = [`${metadata} 200`, "/.well-known/oauth-authorization-server 200"];
  const tool = (name: string) => ({ name, arguments: { id: "1" } });
  const textOf = ({ content }: { content: readonly object[] }) =>
    content.map((one) => (one as { text?: string }).text);

  it("tells a client where tokens are; a tool is called with its scope, and not without", async () => {
    const { client, answers } = await connected("reader");
    assert.deepEqual(answers, [
      `/mcp server/discover 401 ${bearer}, scope="notes:read"`,
      ...discovery,
      "/token 200",
      "/mcp server/discover 200",
    ]);
    answers.length = 0;
    assert.deepEqual(
      (await client.listTools()).tools.map(({ name }) => name),
      ["read_note", "delete_note"],
    );
    assert.deepEqual(textOf(await client.callTool(tool("read_note"))), ["read_note 1"]);
    await assert.rejects(client.callTool(tool("delete_note")), /requested scope is not allowed/);
    await client.close();
    assert.deepEqual(answers, [
      "/mcp tools/list 200",
      "/mcp tools/call read_note 200",
      `/mcp tools/call delete_note 403 ${bearer}, error="insufficient_scope", scope="notes:write"`,
      ...discovery,
      "/token 400",
    ]);
    assert.ok(!server.calls.includes("delete_note 1"));
  });

  it("tells which scope lacks: a client that may have it gets it, and calls again", async () => {
    const { client, answers } = await connected("writer");
    answers.length = 0;
    assert.deepEqual(textOf(await client.callTool(tool("delete_note"))), ["delete_note 1"]);
    await client.close();
    assert.deepEqual(answers, [
      `/mcp tools/call delete_note 403 ${bearer}, error="insufficient_scope", scope="notes:write"`,
      ...discovery,
      "/token 200",
      "/mcp tools/call delete_note 200",
    ]);
  });

  /** A token of oidc-provider for a resource. */
  async function token(agent: string, path: string): Promise<string> {
    const answer = await fetch(`${setup.issuer.origin}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${agent}:${agent}-secret`).toString("base64")}` },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: origin + path,
        scope: "notes:read",
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  async function call(
    path: string,
    bodyName: string,
    headers: Record<string, string>,
    meta: boolean,
    port?: number,
  ) {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": revision,
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const body = {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: bodyName, arguments: { id: "2" }, ...(meta ? { _meta } : {}) },
    };
    const at = port === undefined ? origin : `http://127.0.0.1:${port}`;
    const answer = await fetch(`${at}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await token("reader", path)}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-method": "tools/call",
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return `${answer.status} ${(await answer.text()).replace(/^event: message\ndata: /, "")}`;
  }

  const modern = { "mcp-protocol-version": revision, "mcp-name": "read_note" };

  it("lets by no other tool than the one in the header, whatever the body says", async () => {
    assert.match(await call("/mcp", "read_note", modern, true), /^200 .*read_note 2/);
    assert.match(await call("/mcp", "delete_note", modern, true), /^400 .*-32020/);
    assert.match(await call("/mcp", "delete_note", modern, false), /^400 /);
    const old = { ...modern, "mcp-protocol-version": "2025-11-25" };
    assert.match(await call("/mcp", "delete_note", old, false), /^403 RBAC: access denied$/);
    const encoded = `=?base64?${Buffer.from("delete_note").toString("base64")}?=`;
    assert.match(
      await call("/mcp", "delete_note", { ...modern, "mcp-name": encoded }, true),
      /^403 RBAC: access denied$/,
    );
    assert.ok(!server.calls.includes("delete_note 2"));
  });

  it("would be passed by without the revision in the rule, or with a DENY rule: what check finds as JP241", async () => {
    // What such rules let through, straight to the server.
    const old = { "mcp-protocol-version": "2025-11-25", "mcp-name": "read_note" };
    assert.match(await call("/mcp", "delete_note", old, false, server.port), /^200 .*delete_note 2/);
    const encoded = `=?base64?${Buffer.from("delete_note").toString("base64")}?=`;
    const spelt = { ...modern, "mcp-name": encoded };
    assert.match(await call("/mcp", "delete_note", spelt, true, server.port), /^200 .*delete_note 2/);
  });

  it("takes no token for another resource of the same issuer", async () => {
    const answer = await fetch(`${origin}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await token("reader", "/other")}`,
        ...modern,
        "mcp-method": "tools/list",
      },
    });
    assert.equal(answer.status, 401);
    assert.equal(await answer.text(), "Jwt is not for this resource");
    assert.equal(
      answer.headers.get("www-authenticate")?.replaceAll(origin, ""),
      `${bearer}, error="invalid_token"`,
    );
  });

  it("answers a browser that asks for the metadata from another origin", async () => {
    const headers = {
      origin: "https://app.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "mcp-protocol-version",
    };
    const preflight = await fetch(origin + metadata, { method: "OPTIONS", headers });
    const head = await fetch(origin + metadata, { method: "HEAD" });
    for (const answer of [preflight, head]) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      assert.equal(answer.headers.get("access-control-allow-headers"), "*");
      assert.equal(answer.headers.get("content-type"), "application/json");
    }
    assert.equal(await head.text(), "");
  });
});
