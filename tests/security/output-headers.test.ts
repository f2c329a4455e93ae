// Headers that the filter writes for the upstream: nobody else's copy gets through, and no claim decides what a message is.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pair } from "../../host/index.js";
import { Filter, jwk, mint, rule, trusting, type FilterRequest } from "./filter.js";

const outputs = {
  outputPayloadToHeader: "X-Jwt-Payload",
  outputClaimToHeaders: [
    { header: "x-sub", claim: "sub" },
    { header: "x-nick", claim: "nick" },
  ],
};
const ours = ["x-jwt-payload", "x-sub", "x-nick"];

const forged: readonly { title: string; headers: readonly Pair[] }[] = [
  { title: "one line", headers: [["x-sub", "admin"]] },
  { title: "in upper case", headers: [["X-SUB", "admin"]] },
  {
    title: "several lines in several cases",
    headers: [
      ["x-sub", "admin"],
      ["X-Sub", "root"],
      ["x-sub", ""],
      ["x-jwt-payload", "e30"],
      ["x-nick", "n"],
    ],
  },
  {
    title: "among hundreds of other lines",
    headers: [
      ["x-sub", "admin"],
      ...Array.from({ length: 300 }, (_, i): Pair => [`x-${i}`, "1"]),
      ["x-jwt-payload", "e30"],
      ["x-sub", "root"],
    ],
  },
  { title: "the name in Connection", headers: [["connection", "x-sub"] as const, ["x-sub", "admin"]] },
];

const requests: readonly { title: string; request: FilterRequest }[] = [
  { title: "without a token", request: {} },
  { title: "with a token", request: { token: mint({ key: "oct" }) } },
  {
    title: "with a token whose claims give no header",
    request: { token: mint({ key: "oct", without: ["sub"] }) },
  },
  { title: "with a path that no rule is for", request: { method: "OPTIONS", path: "*" } },
  {
    title: "as a CORS preflight",
    request: {
      method: "OPTIONS",
      headers: [
        ["origin", "https://app.example.com"],
        ["access-control-request-method", "GET"],
      ],
    },
  },
];

describe("output headers", () => {
  for (const { title, request } of requests) {
    it(`a client's own copies never reach the upstream: ${title}`, async () => {
      const filter = await Filter.start(trusting(rule([jwk("oct")], outputs)));
      const written = (headers: readonly Pair[]) => {
        const answer = filter.send({ ...request, headers: [...headers, ...(request.headers ?? [])] });
        assert.equal(answer.status, 200);
        return answer.headers.filter(([name]) => ours.includes(name));
      };
      const honest = written([]);
      for (const { title: forgery, headers } of forged) assert.deepEqual(written(headers), honest, forgery);
      filter.stop();
    });
  }

  it("of every rule are taken out, whichever rule accepts the token", async () => {
    const filter = await Filter.start(
      trusting(
        rule([jwk("oct")], { outputPayloadToHeader: "x-one" }),
        rule([jwk("rsa")], { issuer: "other", outputPayloadToHeader: "x-two" }),
      ),
    );
    const token = mint({ key: "oct" });
    const forgedBoth: Pair[] = [
      ["x-one", "forged"],
      ["x-two", "forged"],
    ];
    assert.deepEqual(filter.send({ token, headers: forgedBoth }).headers, [["x-one", token.split(".")[1]]]);
    filter.stop();
  });

  it("of an earlier rule they are gone once another has given the identity, and a third that names them finds no token", async () => {
    const from = (name: string) => ({ fromHeaders: [{ name }] });
    const key = [jwk("oct")];
    const filter = await Filter.start(
      trusting(
        rule(key, { ...from("x-first"), outputPayloadToHeader: "x-payload", presence: "REQUIRED" }),
        rule([jwk("rsa")], { ...from("x-second"), issuer: "https://second.example.com/" }),
        // Rules are asked in the order of their issuers.
        rule(key, {
          ...from("x-third"),
          issuer: "https://third.example.com/",
          outputPayloadToHeader: "x-payload",
        }),
      ),
    );
    const first = mint({ key: "oct" });
    const second = mint({ key: "rsa", claims: { iss: "https://second.example.com/" } });
    const sent: Pair[] = [
      ["x-first", first],
      ["x-second", second],
    ];
    assert.deepEqual(filter.send({ headers: sent }).headers, []);
    filter.stop();
  });

  const names = [
    "host",
    "Host",
    "connection",
    "content-length",
    "Transfer-Encoding",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "proxy-connection",
    ":path",
    ":authority",
    "x y",
    "x\r\ny",
    "x:y",
    "é",
  ];
  it("that frame or route a message are refused", async () => {
    for (const name of names) {
      for (const members of [
        { outputPayloadToHeader: name },
        { outputClaimToHeaders: [{ header: name, claim: "sub" }] },
      ]) {
        const log = await Filter.tryStart(trusting(rule([jwk("oct")], members)));
        assert.ok(Array.isArray(log), `${name} is taken`);
        assert.match(log.join(), /jwtRules\[0\]\.output(PayloadToHeader|ClaimToHeaders\[0\]\.header): must /);
      }
    }
  });
});
