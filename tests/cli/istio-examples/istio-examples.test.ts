// Policies after those of Istio's documentation (istio.io: tasks/security, concepts/security, the API reference): each is rendered, or
// refused for the right reason, and requests are answered as the documentation says.

import { loadFilter } from "../../../cli/files/filter-file.js";
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { Filter } from "../../../policies/evaluation/filter.js";
import type { Request } from "../../../policies/evaluation/request/request.js";
import type { JsonObject } from "../../../policies/resources/tree.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { demoToken, groupsToken, jwks } from "./tokens.js";
import { runCommand } from "../string-terminal.js";

/** `GET /headers`, and what else there is to a request. */
type Line = readonly [line: string, expected: 200 | 401 | 403, more?: Partial<Request>];

interface Example {
  readonly file: string;
  /** Arguments behind --for. */
  readonly workload: readonly string[];
  readonly requests: readonly Line[];
}

const from = (principal: string): Partial<Request> => ({ certificate: { uriSan: `spiffe://${principal}` } });
const bearer = (token: string): Partial<Request> => ({ headers: [["authorization", `Bearer ${token}`]] });
const header = (name: string, value: string): Partial<Request> => ({ headers: [[name, value]] });
const productpage = from("cluster.local/ns/default/sa/bookinfo-productpage");
const curl = from("cluster.local/ns/default/sa/curl");

const examples: readonly Example[] = [
  { file: "authz-http", workload: ["default/app=ratings"], requests: [["GET /", 403, productpage]] },
  {
    file: "authz-http",
    workload: ["default/app=productpage"],
    requests: [
      ["GET /productpage", 200],
      ["POST /productpage", 403],
    ],
  },
  {
    file: "authz-http",
    workload: ["default/app=details"],
    requests: [
      ["GET /details/0", 200, productpage],
      ["GET /details/0", 403, curl],
      ["GET /details/0", 403],
    ],
  },
  {
    file: "authz-jwt",
    workload: ["foo/app=httpbin"],
    requests: [
      ["GET /headers", 403],
      ["GET /headers", 401, bearer("invalidToken")],
      ["GET /headers", 403, bearer(demoToken)],
      ["GET /headers", 200, bearer(groupsToken)],
    ],
  },
  {
    file: "authz-deny",
    workload: ["foo/app=httpbin"],
    requests: [
      ["GET /ip", 403],
      ["GET /ip", 403, header("x-token", "guest")],
      ["GET /ip", 200, header("x-token", "admin")],
      ["GET /get", 403, header("x-token", "admin")],
    ],
  },
  {
    file: "authz-dry-run",
    workload: ["foo/app=httpbin"],
    requests: [
      ["GET /headers", 200],
      ["GET /ip", 200],
    ],
  },
  {
    file: "authz-ingress",
    workload: ["istio-system/app=istio-ingressgateway"],
    requests: [
      ["GET /headers", 200, { peer: "1.2.3.4" }],
      ["GET /headers", 200, { peer: "5.6.7.8" }],
      ["GET /headers", 403, { peer: "5.6.8.8" }],
      ["GET /headers", 403, { peer: "1.2.3.4", remote: "192.168.10.10" }],
    ],
  },
  {
    file: "authz-ingress",
    workload: ["foo/gateway.networking.k8s.io/gateway-name=httpbin-gateway"],
    requests: [
      ["GET /headers", 200, { peer: "1.2.3.4" }],
      ["GET /headers", 403, { peer: "4.3.2.1" }],
    ],
  },
  {
    file: "trust-domain",
    workload: ["foo/app=httpbin", "--trust-domain", "new-td"],
    requests: [
      ["GET /headers", 200, from("old-td/ns/sleep-allow/sa/sleep")],
      ["GET /headers", 403, from("new-td/ns/sleep-allow/sa/sleep")],
    ],
  },
  {
    file: "trust-domain",
    workload: ["foo/app=httpbin", "--trust-domain", "new-td", "--trust-domain-alias", "old-td"],
    requests: [
      ["GET /headers", 200, from("old-td/ns/sleep-allow/sa/sleep")],
      ["GET /headers", 200, from("new-td/ns/sleep-allow/sa/sleep")],
      ["GET /headers", 403, from("new-td/ns/default/sa/sleep")],
    ],
  },
  {
    file: "end-user",
    workload: ["istio-system/istio=ingressgateway"],
    requests: [
      ["GET /headers", 403],
      ["GET /headers", 200, bearer(demoToken)],
      ["GET /headers", 401, bearer("deadbeef")],
      ["GET /ip", 200],
    ],
  },
  {
    file: "jwt-route",
    workload: ["istio-system/istio=ingressgateway"],
    requests: [
      ["GET /headers", 200],
      ["GET /headers", 401, bearer("some.invalid.token")],
    ],
  },
  {
    file: "tcp",
    workload: ["foo/app=tcp-echo"],
    requests: [
      ["POST /", 200, { destination: { port: 9000 } }],
      ["POST /", 403, { destination: { port: 9002 } }],
      ["GET /", 403, { destination: { port: 9000 } }],
      ["GET /", 200, { destination: { port: 9001 } }],
    ],
  },
  {
    file: "concepts",
    workload: ["default/app=products"],
    requests: [["GET /test/a", 403]],
  },
  {
    file: "concepts",
    workload: ["foo/app=httpbin,version=v1"],
    requests: [
      ["GET /", 403, curl],
      ["GET /", 403],
    ],
  },
  {
    file: "reference",
    workload: ["bar/app=any"],
    requests: [
      ["GET /", 403],
      ["GET /", 401, bearer(demoToken)],
    ],
  },
  {
    file: "reference",
    workload: ["foo/gateway.networking.k8s.io/gateway-name=my-ingress"],
    requests: [
      ["GET /", 403],
      ["GET /?my_token=a.b.c", 401],
    ],
  },
  {
    file: "ambient",
    workload: ["default/gateway.networking.k8s.io/gateway-name=waypoint", "--service", "productpage"],
    requests: [
      [
        "GET /productpage",
        200,
        { filterState: { "io.istio.peer_principal": "spiffe://cluster.local/ns/default/sa/curl" } },
      ],
      [
        "POST /productpage",
        403,
        { filterState: { "io.istio.peer_principal": "spiffe://cluster.local/ns/default/sa/curl" } },
      ],
      [
        "GET /productpage",
        403,
        { filterState: { "io.istio.peer_principal": "spiffe://cluster.local/ns/default/sa/other" } },
      ],
    ],
  },
  {
    file: "best-practices",
    workload: ["default/app=istio-ingressgateway"],
    requests: [
      ["GET /foo/a/bar", 200],
      ["GET /foo/a/b/bar", 403],
      ["GET /store/a/b", 200],
      ["GET /foo/a/bar", 403, { authority: "example.com:8080", ...header("x-a", "bc") }],
      ["GET /foo/a/bar", 200, { authority: "example.com:8080", ...header("x-a", "cb") }],
    ],
  },
];

const path = (file: string) => join(repositoryRoot, "tests", "cli", "istio-examples", `${file}.yaml`);
const keys = new Map([
  ["testing@secure.istio.io", jwks],
  ["issuer-foo", jwks],
  ["issuer-bar", jwks],
  ["example.com", jwks],
]);

describe("Istio's documentation", () => {
  let filter: Filter;
  before(async () => {
    filter = await loadFilter();
  });

  for (const { file, workload, requests } of examples) {
    it(`${file}, ${workload.join(" ")}`, async () => {
      const args = ["--for", ...workload];
      const { code, stdout, stderr } = await runCommand(["render", path(file), ...args]);
      assert.equal(code, 0, stderr);
      const configured = await filter.configure(JSON.parse(stdout) as JsonObject, { keys });
      for (const [line, expected, more] of requests) {
        const [method = "", target = ""] = line.split(" ");
        const request = { method, path: target, authority: "httpbin", ...more };
        const { answer } = await configured.evaluate(request, new Date("2026-01-01"));
        assert.equal(answer?.status ?? 200, expected, `${line} ${JSON.stringify(more)}`);
      }
      configured.close();
      for (const as of ["wasmplugin", "trafficextension", "envoy"]) {
        const other = await runCommand([
          "render",
          path(file),
          ...args,
          ...["--as", as, "--upstream", "127.0.0.1:80", "--image", "oci://registry.corp/jwt-policy:v1"],
        ]);
        assert.equal(other.code, 0, other.stderr);
      }
    });
  }

  it("an external authorizer is refused, and said to be", async () => {
    const { code, stderr } = await runCommand(["render", path("custom"), "--for", "foo/app=httpbin"]);
    assert.equal(code, 1);
    assert.match(stderr, /custom.yaml:10:3: error: .*external authorizer.*\[JP001\]/);
  });

  it("Istio takes all of it", async () => {
    const files = [...new Set(examples.map(({ file }) => file)), "custom"];
    const { stdout } = await runCommand(["check", "--json", ...files.map(path)]);
    const { summary } = JSON.parse(stdout) as { summary: { errors: number } };
    assert.equal(summary.errors, 0, stdout);
  });
});
