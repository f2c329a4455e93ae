// Answers of the API's owner through a real Envoy, as those see them who get them: curl, a browser and a gRPC client.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { findChromium, startChromium } from "../../library/chromium.js";
import { allow, goodToken, setUp, trustingInline, type Setup } from "../stage/harness.js";

const chromium = await findChromium();
const run = promisify(execFile);

describe("answers of the API's owner", () => {
  let setup: Setup;
  const stops: (() => Promise<unknown>)[] = [];
  let login: string;

  before(async () => {
    const server = createServer((request, response) => {
      response.setHeader("content-type", "text/html").end(`<title>login</title><p>${request.url ?? ""}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    login = `http://127.0.0.1:${(server.address() as AddressInfo).port}/start`;
    setup = await setUp({
      listeners: (issuer) => ({
        app: trustingInline(
          issuer,
          { fromParams: ["token"], fromHeaders: [{ name: "authorization", prefix: "Bearer " }] },
          {
            ...allow({
              from: [{ source: { requestPrincipals: ["*"] } }],
              to: [{ operation: { notPaths: ["/closed"] } }],
            }),
            extensions: {
              answers: [
                {
                  outcomes: ["401"],
                  browsers: true,
                  status: 302,
                  headers: {
                    location: `${login}?rd=https://app.example.com\${url}`,
                    "cache-control": "no-store",
                  },
                },
                {
                  outcomes: ["403"],
                  browsers: true,
                  status: 404,
                  headers: { "content-type": "text/html; charset=utf-8" },
                  body: "<h1>No ${path}</h1>",
                },
                { problem: true },
              ],
            },
          },
        ),
      }),
    });
    stops.push(() => setup.stop());
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const curl = async (path: string, ...options: string[]) => {
    const url = `http://127.0.0.1:${setup.envoy.port("app")}${path}`;
    const { stdout } = await run("curl", ["--silent", "--path-as-is", "--include", ...options, url]);
    const [head = "", body = ""] = stdout.split("\r\n\r\n");
    const [line = "", ...fields] = head.split("\r\n");
    assert.equal(new Set(fields.map((field) => field.split(":")[0])).size, fields.length, head);
    return {
      line,
      body,
      fields: Object.fromEntries(
        fields.map((field) => field.split(/: (.*)/s).slice(0, 2) as [string, string]),
      ),
    };
  };

  it("curl is told a problem, with its content type once and its challenge", async () => {
    const { line, body, fields } = await curl("/a", "-H", "authorization: Bearer x");
    assert.match(line, /^HTTP\/1\.1 401 /);
    assert.equal(fields["content-type"], "application/problem+json");
    assert.match(fields["www-authenticate"]!, /error="invalid_token"$/);
    assert.deepEqual((JSON.parse(body) as { status: number }).status, 401);
    assert.equal(Number(fields["content-length"]), body.length);
  });

  it("curl gets the head of it by HEAD, and what it may by its token", async () => {
    const head = await curl("/a", "--head");
    assert.match(head.line, /^HTTP\/1\.1 401 /);
    assert.equal(head.body, "");
    const token = await goodToken(setup.issuer);
    assert.match((await curl("/headers", "-H", `authorization: Bearer ${token}`)).line, / 200 /);
    assert.match((await curl("/closed", "-H", `authorization: Bearer ${token}`)).line, / 403 /);
  });

  const asks = ["-H", "accept: text/html"];
  const redirects: readonly (readonly [string, string])[] = [
    ["/a/b?c=d&token=x.y.z&e=f", "/a/b%3Fc%3Dd%26e%3Df"],
    ["//evil.example/a", "/"],
    ["/%5cevil.example", "/%255cevil.example"],
    ["/%0d%0aset-cookie:a=b", "/%250d%250aset-cookie:a%3Db"],
  ];
  for (const [path, rd] of redirects) {
    it(`a browser's ${path} leads to the login, and back to ${rd}`, async () => {
      const { line, fields } = await curl(path, ...asks);
      assert.match(line, /^HTTP\/1\.1 302 /);
      assert.equal(fields["location"], `${login}?rd=https://app.example.com${rd}`);
      assert.equal(fields["cache-control"], "no-store");
      assert.equal(fields["www-authenticate"], undefined);
      assert.equal(fields["set-cookie"], undefined);
    });
  }

  it(
    "a browser goes to the login, and shows a page of the owner's as what it is",
    { skip: chromium === undefined && "no Chromium", timeout: 300_000 },
    async () => {
      const browser = await startChromium(chromium!);
      try {
        const page = await browser.newPage();
        const origin = `http://127.0.0.1:${setup.envoy.port("app")}`;
        await page.goto(`${origin}/notes?page=2`);
        assert.equal(await page.title(), "login");
        assert.equal(new URL(page.url()).searchParams.get("rd"), "https://app.example.com/notes?page=2");
        const token = await goodToken(setup.issuer);
        const closed = await page.goto(`${origin}/closed?token=${token}`);
        assert.equal(closed?.status(), 404);
        assert.equal(await page.locator("h1").textContent(), "No /closed");
      } finally {
        await browser.close();
      }
    },
  );

  it("a gRPC client gets status and message that fit", async () => {
    const call = (token: string | undefined, method: string) => {
      const client = new Client(`127.0.0.1:${setup.envoy.port("app")}`, credentials.createInsecure());
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      const bytes = (value: Buffer) => value;
      return new Promise<string>((resolve) => {
        client.makeUnaryRequest(
          method,
          bytes,
          bytes,
          Buffer.alloc(0),
          metadata,
          (error: ServiceError | null) => {
            client.close();
            resolve(`${error?.code ?? 0} ${error?.details ?? ""}`);
          },
        );
      });
    };
    assert.equal(await call(undefined, "/a.B/C"), "16 RBAC: identity needed");
    assert.equal(
      await call("x", "/a.B/C"),
      "16 Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
    );
    assert.equal(await call(await goodToken(setup.issuer), "/closed"), "7 RBAC: access denied");
  });
});
