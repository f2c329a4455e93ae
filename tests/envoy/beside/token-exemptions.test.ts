// extensions.ignoreTokens and foreignTokens beside native jwt_authn, which can say nearly the same: a rule without requirement, and
// allow_missing_or_failed. In one Envoy, the same requests to both.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allow, goodToken, setupFor, trustingInline } from "../stage/harness.js";
import { ask, goodOrMissing, jwtAuthn, rbac, withNative, type Asked } from "./native-listener.js";

const anyone = { permissions: [{ any: true }], principals: [{ any: true }] };

const setup = setupFor({
  listeners: (issuer) => {
    const ours = trustingInline(
      issuer,
      {},
      {
        ...allow(
          { to: [{ operation: { notPaths: ["/anything/private*"] } }] },
          {
            from: [{ source: { requestPrincipals: ["*"] } }],
            to: [{ operation: { paths: ["/anything/private*"] } }],
          },
        ),
        extensions: {
          ignoreTokens: [
            {
              paths: ["/anything/metrics", "/anything/free/*", "/anything/private/health"],
              methods: ["GET"],
            },
          ],
          foreignTokens: [
            {
              kinds: ["UNKNOWN_ISSUER", "NOT_JWT"],
              paths: ["/anything/foreign/*", "/anything/private/foreign"],
            },
          ],
        },
      },
    );
    return { ours, native: ours };
  },
  edit: (config) => {
    const [, native] = config.static_resources.listeners;
    const [filter] = (
      native as unknown as {
        filter_chains: [
          {
            filters: [
              {
                typed_config: {
                  http_filters: [{ typed_config: { config: { configuration: { value: string } } } }];
                };
              },
            ];
          },
        ];
      }
    ).filter_chains[0].filters[0].typed_config.http_filters;
    const { requestAuthentications } = JSON.parse(filter.typed_config.config.configuration.value) as {
      requestAuthentications: [{ jwtRules: [{ issuer: string; jwks: string }] }];
    };
    const [{ issuer, jwks }] = requestAuthentications[0].jwtRules;
    const get = { headers: [{ name: ":method", string_match: { exact: "GET" } }] };
    const failed = { requires: { allow_missing_or_failed: {} } };
    withNative(config, "native", [
      jwtAuthn({ issuer, local_jwks: { inline_string: jwks } }, [
        { match: { path: "/anything/metrics", ...get } },
        { match: { prefix: "/anything/free/", ...get } },
        { match: { path: "/anything/private/health", ...get } },
        { match: { prefix: "/anything/foreign/" }, ...failed },
        { match: { path: "/anything/private/foreign" }, ...failed },
        { match: { prefix: "/" }, requires: goodOrMissing },
      ]),
      rbac({
        open: {
          ...anyone,
          permissions: [{ not_rule: { url_path: { path: { prefix: "/anything/private" } } } }],
        },
        known: {
          permissions: [{ url_path: { path: { prefix: "/anything/private" } } }],
          principals: [
            {
              metadata: {
                filter: "envoy.filters.http.jwt_authn",
                path: [{ key: "payload" }, { key: "sub" }],
                value: { present_match: true },
              },
            },
          ],
        },
      }),
    ]);
  },
});

type Name = "none" | "good" | "expired" | "opaque" | "two parts" | "no JSON" | "unknown" | "forged";
const all: readonly Name[] = [
  "none",
  "good",
  "expired",
  "opaque",
  "two parts",
  "no JSON",
  "unknown",
  "forged",
];
const foreign: readonly Name[] = ["none", "good", "opaque", "two parts", "no JSON", "unknown"];

async function tokens(): Promise<Record<Name, string | undefined>> {
  const { issuer } = await setup();
  const good = await goodToken(issuer);
  const [head, , signature] = good.split(".") as [string, string, string];
  const payload = Buffer.from(JSON.stringify({ iss: issuer.issuer, sub: "admin" })).toString("base64url");
  return {
    none: undefined,
    good,
    expired: await goodToken(issuer, { exp: 1_000_000_000 }),
    opaque: "2YotnFZFEjr1zCsicMWpAA",
    "two parts": `${head}.${payload}`,
    "no JSON": `e30x.${payload}.${signature}`,
    unknown: await goodToken(issuer, { iss: "https://elsewhere.example.com/" }),
    forged: `${head}.${payload}.${signature}`,
  };
}

/** Requests, and the tokens with which both sides must say the same. */
const same: readonly (readonly [request: Asked, tokens: readonly Name[]])[] = [
  [{ path: "/anything/metrics" }, all],
  [{ path: "/anything/metrics?a=b" }, all],
  [{ path: "/anything/metrics", method: "POST" }, all],
  [{ path: "/anything/metricsx" }, all],
  [{ path: "/anything/metrics/x" }, all],
  [{ path: "/anything/free/a/b" }, all],
  // Policies apply, and there is no identity, good token or not.
  [{ path: "/anything/private/health" }, all],
  [{ path: "/anything/private/else" }, all],
  // Envoy has made /anything/private of these (normalize_path) before any filter sees them.
  [{ path: "/anything/metrics/../private" }, all],
  [{ path: "/anything/free/%2e%2e/private" }, all],
  [{ path: "/anything/metrics%2f..%2fprivate" }, all],
  [{ path: "/anything/foreign/a" }, foreign],
  [{ path: "/anything/private/foreign" }, foreign],
  [{ path: "/anything/else" }, all],
];

describe("tokens that are nobody's business, as native jwt_authn can say it", () => {
  for (const [request, names] of same) {
    it(`${request.method ?? "GET"} ${request.path}`, async () => {
      const { envoy } = await setup();
      const known = await tokens();
      for (const name of names) {
        const token = known[name];
        const asked = {
          ...request,
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        };
        const [ours, native] = await Promise.all([
          ask(envoy.port("ours"), asked),
          ask(envoy.port("native"), asked),
        ]);
        assert.equal(ours.status, native.status, `${name}: ${ours.body} ${native.body}`);
        if (ours.status !== 200) assert.equal(ours.body, native.body, name);
        else
          assert.equal(
            ours.body.includes(token ?? "nothing"),
            native.body.includes(token ?? "nothing"),
            name,
          );
      }
    });
  }
});

describe("what native cannot say, or says otherwise", () => {
  const status = async (name: Name, request: Asked, listener = "ours") => {
    const { envoy } = await setup();
    const token = (await tokens())[name]!;
    return (
      await ask(envoy.port(listener), {
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      })
    ).status;
  };

  it("a JWT of a known issuer that is no good is refused, where foreign ones pass", async () => {
    for (const name of ["expired", "forged"] as const) {
      assert.equal(await status(name, { path: "/anything/foreign/a" }), 401);
      assert.equal(await status(name, { path: "/anything/foreign/a" }, "native"), 200);
    }
  });

  it("a path that can be read in two ways is no exempt one", async () => {
    for (const path of [
      "/anything/free/..%2fprivate",
      "/anything/free/a;/b",
      "/anything/free/%252e%252e/x",
    ]) {
      assert.equal(await status("opaque", { path }), 401, path);
      assert.equal(await status("opaque", { path }, "native"), 200, path);
    }
  });

  it("a client's copy of an output header does not reach the upstream", async () => {
    const { envoy } = await setup();
    for (const path of ["/anything/metrics", "/anything/foreign/a"]) {
      const headers = { authorization: "Bearer opaque", "x-jwt-payload": "forged" };
      const { status: code, body } = await ask(envoy.port("ours"), { path, headers });
      assert.equal(code, 200);
      assert.ok(!body.includes("forged"), body);
      assert.ok(body.includes("Bearer opaque"), body);
    }
  });
});
