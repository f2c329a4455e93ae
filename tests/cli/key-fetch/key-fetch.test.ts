// Fetching keys for `explain`, as a process in a network: a name without address, a closed port, TLS of every bad kind, an authority of one's own,
// and proxies. What could not be fetched says which of these it was.

import assert from "node:assert/strict";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { proxyFor } from "../../../cli/key-fetch/proxy.js";
import { freePort } from "../../envoy/stage/free-port.js";
import { runCommand } from "../string-terminal.js";
import { certificate } from "./issuer-certificates.js";

const main = fileURLToPath(new URL("../../../cli/main.js", import.meta.url));
let directory = "";
const at = (name: string) => join(directory, name);
const servers: Server[] = [];
const ports = new Map<string, number>();
const children: ChildProcess[] = [];
let keySet = "";

async function listening(name: string, server: Server): Promise<void> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  ports.set(name, (server.address() as AddressInfo).port);
}

interface RunningProxy {
  readonly url: string;
  readonly lines: string[];
}

async function proxy(name: string, env: NodeJS.ProcessEnv): Promise<RunningProxy> {
  const script = fileURLToPath(new URL("connect-proxy.js", import.meta.url));
  const child = fork(script, { env: { ...process.env, ...env } });
  children.push(child);
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (message: { port?: number; line?: string }) => {
      if (message.line !== undefined) lines.push(message.line);
      if (message.port !== undefined) resolve(message.port);
    });
    child.once("exit", () => reject(new Error(`the proxy ${name} has ended`)));
  });
  return { url: `http://127.0.0.1:${port}`, lines };
}

const proxies = new Map<string, RunningProxy>();

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-fetch-"));
  const signed = await runCommand([
    ...["token", "--issuer", "https://idp.test/", "--subject", "alice", "--algorithm", "ES256"],
    ...["--jwks-out", at("jwks.json")],
  ]);
  await writeFile(at("token.txt"), signed.stdout);
  keySet = await readFile(at("jwks.json"), "utf8");
  const serves: RequestListener = (_, response) => response.end(keySet);
  const authority = certificate({ name: undefined });
  await writeFile(at("ca.pem"), `# the authority\n${authority.cert}`);
  await writeFile(at("none.pem"), "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n");
  await writeFile(at("broken.pem"), "-----BEGIN CERTIFICATE-----\nMC4C\n-----END CERTIFICATE-----\n");
  await listening("good", createServer(certificate({ name: "localhost" }), serves));
  await listening("proxied", createServer(certificate({ name: "idp.test" }), serves));
  await listening("self-signed", createServer(certificate({ name: "localhost", signer: "itself" }), serves));
  await listening("expired", createServer(certificate({ name: "localhost", until: "251231" }), serves));
  await listening("other name", createServer(certificate({ name: "idp.other.test" }), serves));
  await listening("plain", createHttpServer(serves));
  await listening(
    "closes",
    createTcpServer((socket) => socket.destroy()),
  );
  await listening(
    "no HTTP",
    createTcpServer((socket) => socket.end("220 smtp.example.com ESMTP\r\n")),
  );
  ports.set("closed", await freePort());
  proxies.set("open", await proxy("open", {}));
  proxies.set("closed to strangers", await proxy("closed to strangers", { PROXY_USER: "me:s3cret" }));
  proxies.set("forbidding", await proxy("forbidding", { PROXY_FORBIDS: "idp.test" }));
});
after(async () => {
  for (const child of children) child.disconnect();
  for (const server of servers) {
    if ("closeAllConnections" in server) (server as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  }
  await rm(directory, { recursive: true });
});

/** Runs `explain` in a process of its own. */
async function explained(
  jwksUri: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
) {
  const file = at(`${jwksUri.replaceAll(/\W+/g, "-")}.yaml`);
  await writeFile(
    file,
    `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec: { jwtRules: [{ issuer: "https://idp.test/", jwksUri: "${jwksUri}" }] }
`,
  );
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/proxy|NODE_EXTRA_CA_CERTS/i.test(name)),
  );
  const child = spawn(
    process.execPath,
    [main, "explain", file, "--for", "foo/app=x", "--token-file", at("token.txt"), ...args],
    { env: { ...inherited, ...env } },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output: output.replaceAll(/\s+/g, " ") };
}

const local = (name: string, scheme = "https", host = "localhost") =>
  `${scheme}://${host}:${ports.get(name)}/keys`;
const trusting = () => ["--ca-file", at("ca.pem")];

describe("keys that cannot be fetched say why", () => {
  const table: readonly (readonly [string, () => string, () => readonly string[], RegExp])[] = [
    [
      "a name without address",
      () => "https://idp.invalid/keys",
      () => [],
      /the name idp\.invalid does not resolve \(DNS/,
    ],
    [
      "a closed port",
      () => local("closed"),
      () => [],
      /refuses the connection; nobody listens there[^]*Does the issuer run/,
    ],
    [
      "an authority that nobody knows",
      () => local("good"),
      () => [],
      /was reached, but its TLS certificate is not trusted[^]*--ca-file ca\.pem/,
    ],
    [
      "a certificate signed by itself",
      () => local("self-signed"),
      trusting,
      /not trusted: it is signed by itself/,
    ],
    ["an expired certificate", () => local("expired"), trusting, /its TLS certificate has expired/],
    [
      "a certificate for another name",
      () => local("other name"),
      trusting,
      /for another name: DNS:idp\.other\.test, and not for localhost/,
    ],
    [
      "plain HTTP behind https",
      () => local("plain"),
      () => [],
      /does not speak TLS as asked[^]*http:\/\/ in the policies/,
    ],
    [
      "a server that hangs up",
      () => local("closes", "http"),
      () => [],
      /closed the connection without an answer/,
    ],
    ["a server of another protocol", () => local("no HTTP", "http"), () => [], /is not HTTP/],
  ];
  for (const [name, uri, args, told] of table) {
    it(name, async () => {
      const { code, output } = await explained(uri(), { args: args() });
      assert.match(output, /^NOT KNOWN /);
      assert.match(output, told);
      assert.match(output, /--jwks https:\/\/idp\.test\/=jwks\.json/);
      assert.equal(code, 2);
    });
  }
});

describe("keys are fetched", () => {
  it("from an issuer with an authority of its own, by --ca-file", async () => {
    const { code, output } = await explained(local("good"), { args: trusting() });
    assert.equal(code, 0, output);
    assert.match(output, /signature good/);
  });

  it("by NODE_EXTRA_CA_CERTS", async () => {
    const { code, output } = await explained(local("good"), { env: { NODE_EXTRA_CA_CERTS: at("ca.pem") } });
    assert.equal(code, 0, output);
  });

  it("through the proxy of HTTPS_PROXY, which knows the name", async () => {
    const { url, lines } = proxies.get("open")!;
    const uri = local("proxied", "https", "idp.test");
    const { code, output } = await explained(uri, { args: trusting(), env: { HTTPS_PROXY: url } });
    assert.equal(code, 0, output);
    assert.deepEqual(lines.splice(0), [`CONNECT idp.test:${ports.get("proxied")}`]);
  });

  it("through the proxy of http_proxy, by the whole address", async () => {
    const { url, lines } = proxies.get("open")!;
    const uri = local("plain", "http", "idp.test");
    const { code, output } = await explained(uri, { env: { http_proxy: url.replace("http://", "") } });
    assert.equal(code, 0, output);
    assert.deepEqual(lines.splice(0), [`GET ${uri}`]);
  });

  it("with the user and password of the proxy, which are not printed", async () => {
    const { url } = proxies.get("closed to strangers")!;
    const uri = local("proxied", "https", "idp.test");
    const env = { HTTPS_PROXY: url.replace("//", "//me:s3cret@") };
    const { code, output } = await explained(uri, { args: trusting(), env });
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /s3cret/);
  });

  it("directly, as NO_PROXY says, and always on this machine", async () => {
    const { url, lines } = proxies.get("open")!;
    const here = await explained(local("good"), { args: trusting(), env: { HTTPS_PROXY: url } });
    assert.equal(here.code, 0, here.output);
    const excepted = await explained("https://idp.invalid/keys", {
      env: { HTTPS_PROXY: url, NO_PROXY: "other.test, .invalid" },
    });
    assert.match(excepted.output, /does not resolve/);
    assert.deepEqual(lines, []);
  });
});

describe("a proxy that leads nowhere", () => {
  const table: readonly (readonly [string, () => string, RegExp])[] = [
    [
      "wants a password",
      () => proxies.get("closed to strangers")!.url,
      /wants a user and a password[^]*http:\/\/user:password@host:port/,
    ],
    [
      "has another password",
      () => proxies.get("closed to strangers")!.url.replace("//", "//me:gu3ss@"),
      /wants a user and a password/,
    ],
    [
      "forbids it",
      () => proxies.get("forbidding")!.url,
      /answers 403 and does not connect to idp\.test:\d+[^]*NO_PROXY/,
    ],
    [
      "is not there",
      () => `http://localhost:${ports.get("closed")}`,
      /through the proxy http:\/\/localhost:\d+ \(HTTPS_PROXY\): localhost:\d+ refuses the connection/,
    ],
    ["has no address", () => "http://proxy.invalid:3128", /the name proxy\.invalid does not resolve/],
    ["is a SOCKS proxy", () => "socks5://127.0.0.1:1080", /HTTPS_PROXY names a proxy of socks5/],
  ];
  for (const [name, url, told] of table) {
    it(name, async () => {
      const uri = local("proxied", "https", "idp.test");
      const { code, output } = await explained(uri, { args: trusting(), env: { HTTPS_PROXY: url() } });
      assert.match(output, told);
      assert.doesNotMatch(output, /s3cret|gu3ss/);
      assert.equal(code, 2);
    });
  }
});

describe("--ca-file refuses", () => {
  for (const [file, message] of [
    ["gone.pem", /cannot read .*gone\.pem: no such file/],
    ["none.pem", /there is no certificate in it; PEM is expected/],
    ["broken.pem", /certificate 1 of 1 cannot be read/],
  ] as const) {
    it(file, async () => {
      const { code, output } = await explained("https://idp.invalid/keys", { args: ["--ca-file", at(file)] });
      assert.match(output, message);
      assert.equal(code, 2);
    });
  }
});

describe("which proxy an origin has", () => {
  const environment = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "plain:80" };
  /** Origin, NO_PROXY, whether the proxy is asked. The rules of golang.org/x/net/http/httpproxy. */
  const table: readonly (readonly [string, string, boolean])[] = [
    ["https://idp.example.com", "", true],
    ["http://idp.example.com", "", true],
    ["https://localhost:8443", "", false],
    ["https://127.0.0.9", "", false],
    ["https://[::1]:1", "", false],
    ["https://idp.example.com", "*", false],
    ["https://idp.example.com", "example.com", false],
    ["https://example.com", "example.com", false],
    ["https://notexample.com", "example.com", true],
    ["https://example.com", ".example.com", true],
    ["https://idp.example.com", ".example.com", false],
    ["https://idp.example.com", "*.example.com", false],
    ["https://idp.example.com", "IDP.Example.com", false],
    ["https://idp.example.com", "a.test, idp.example.com", false],
    ["https://idp.example.com", "idp.example.com:443", false],
    ["https://idp.example.com", "idp.example.com:8443", true],
    ["https://10.1.2.3", "10.0.0.0/8", false],
    ["https://11.1.2.3", "10.0.0.0/8", true],
    ["https://10.1.2.3", "10.1.2.3", false],
    ["https://10.1.2.3:8443", "10.1.2.3:443", true],
    ["https://[fd00::1]", "fd00::/8", false],
    ["https://[fd00::1]", "[fd00::1]:443", false],
    ["https://idp.example.com", "10.0.0.0/99", true],
  ];
  for (const [origin, except, isAsked] of table) {
    it(`${origin}, NO_PROXY=${except}: ${isAsked ? "the proxy" : "directly"}`, () => {
      const found = proxyFor(new URL(origin), { ...environment, NO_PROXY: except });
      assert.equal(found !== undefined, isAsked);
    });
  }
  it("none without variables", () => {
    assert.equal(proxyFor(new URL("https://idp.example.com"), {}), undefined);
    assert.equal(proxyFor(new URL("https://idp.example.com"), { HTTP_PROXY: "x:1" }), undefined);
  });
});
