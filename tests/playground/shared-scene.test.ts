// What goes into a link: everything of the scene, but never a token and never a key.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkTo, sceneOf, UnreadableLinkError } from "../../playground/scene/link.js";
import { emptyRequest, nothingPasted, usualMesh, type Scene } from "../../playground/scene/scene.js";
import { NotForSharingError, sharedScene } from "../../playground/scene/shared-scene.js";
import { shellWord } from "../../policies/text/shell-word.js";
import { toBase64url } from "../../policies/text/base64url.js";

const token = `${toBase64url('{"alg":"none"}')}.${toBase64url('{"sub":"alice"}')}.c2lnbmF0dXJl`;
const jwk = '{"kty":"EC","crv":"P-256","x":"c2VjcmV0LXg","y":"c2VjcmV0LXk"}';
const jwks = `{"keys":[${jwk}]}`;

const scene: Scene = {
  files: [{ file: "policies.yaml", text: "spec: {}\n" }],
  workload: "foo/app=httpbin",
  mesh: usualMesh,
  request: { ...emptyRequest, url: "/headers" },
  token: "claims",
  claims: '{"sub": "alice"}',
  pasted: nothingPasted,
  cases: [],
};

/** The link to that scene, as the first version of the page made it. */
const OF_BEFORE =
  "#1.NY5BCsMgFAWvEt5amv2HLksv0F3NwpgfIjHR-pW2iHcvCXQ3MLOYitl5FtCzngRCDN5Zx3L5ms1DIfMngyCRLXW16R1tUHiHtPpgJhDmEHoT43XJOY5uh0LiV2HJoIqN8xKO6n57QKEkD0K_sJk4CZpCDivvIFhv3CZQfyBUDSmjBnUaxjvLGu3wRs7hof0A";

const rule = (jwt: string) => `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: a, namespace: foo}
spec:
  jwtRules:
    - issuer: https://idp.example.com/
${jwt}
`;

describe("a link", () => {
  const hidden: readonly (readonly [what: string, scene: Scene, left: readonly string[]])[] = [
    [
      "a pasted token with its key set",
      { ...scene, token: "pasted", pasted: { text: token, jwks, unverified: false } },
      ["the pasted token and its key set"],
    ],
    [
      "a token in the URL",
      { ...scene, request: { ...scene.request, url: `/a?access_token=${token}` } },
      ["tokens in the text"],
    ],
    [
      "a token in a header",
      { ...scene, request: { ...scene.request, headers: `authorization: Bearer ${token}\nx-a: 1` } },
      ["tokens in the text"],
    ],
    [
      "a password, and a session",
      {
        ...scene,
        request: {
          ...scene.request,
          headers: "Authorization: Basic c2VjcmV0OnNlY3JldA==\ncookie: sid=c2VjcmV0\nx-a: 1",
        },
      },
      ["the header authorization", "the header cookie"],
    ],
    [
      "a session beside a token's place",
      {
        ...scene,
        request: { ...scene.request, headers: "Cookie: t={token}; sid=c2VjcmV0\nx-auth-token: c2VjcmV0" },
      },
      ["the header cookie", "the header x-auth-token"],
    ],
    [
      "a password in the query",
      {
        ...scene,
        request: { ...scene.request, url: "/a?b=1&access_token=c2VjcmV0&client_secret=c2VjcmV0#c" },
      },
      ["the parameter access_token", "the parameter client_secret"],
    ],
    [
      "a token in a comment",
      { ...scene, files: [{ file: "p.yaml", text: `# ${token}\n` }] },
      ["tokens in the text"],
    ],
    ["a token as a claim", { ...scene, claims: JSON.stringify({ act: token }) }, ["tokens in the text"]],
    [
      "keys in a rule, in quotes",
      {
        ...scene,
        files: [{ file: "p.yaml", text: rule(`      jwks: '${jwks}'\n      fromHeaders: [{name: x}]`) }],
      },
      ["the keys in the policies"],
    ],
    [
      "keys in a rule, as a block",
      {
        ...scene,
        files: [
          { file: "p.yaml", text: rule(`      jwks: |\n        ${jwks}\n      fromHeaders: [{name: x}]`) },
        ],
      },
      ["the keys in the policies"],
    ],
    [
      "keys in a rule of JSON",
      {
        ...scene,
        files: [
          {
            file: "p.json",
            text: JSON.stringify({
              apiVersion: "security.istio.io/v1",
              kind: "RequestAuthentication",
              spec: { jwtRules: [{ issuer: "a", jwks }] },
            }),
          },
        ],
      },
      ["the keys in the policies"],
    ],
    [
      "a token in a kept case",
      {
        ...scene,
        cases: [
          {
            name: token,
            request: { ...emptyRequest, headers: `cookie: t=${token}` },
            claims: undefined,
            expect: { decision: "allowed" },
          },
        ],
      },
      ["tokens in the text"],
    ],
  ];
  for (const [what, one, left] of hidden) {
    it(`has no ${what.replace(/^an? /, "")}`, async () => {
      const link = await linkTo(one);
      assert.deepEqual(link.left, left);
      const text = JSON.stringify(await sceneOf(link.fragment));
      for (const secret of [token, ...token.split("."), "c2VjcmV0", "kty"])
        assert.ok(!text.includes(secret), text);
    });
  }

  it("keeps the rest of such a scene", async () => {
    const files = [
      { file: "p.yaml", text: rule(`      jwks: |\n        ${jwks}\n      fromHeaders: [{name: x}]`) },
    ];
    const shared = await sceneOf((await linkTo({ ...scene, files })).fragment);
    assert.equal(
      shared?.files[0]?.text,
      rule('      jwksUri: "https://keys-left-out.example/jwks.json"\n      fromHeaders: [{name: x}]'),
    );
    const { request } = sharedScene({
      ...scene,
      request: { ...scene.request, headers: `authorization: Bearer ${token}\nx-a: 1` },
    }).scene;
    assert.equal(request.headers, "authorization: Bearer {token}\nx-a: 1");
  });

  it("keeps a token's place, and what is no secret by its name", () => {
    const headers = "authorization: Bearer {token}\ncookie: t={token}\nx-token: {token}\nx-tokens-left: 3";
    const request = { ...scene.request, headers, url: "/a?access_token={token}&page=2" };
    const shared = sharedScene({ ...scene, request });
    assert.deepEqual(shared.scene.request, request);
    assert.deepEqual(shared.left, []);
  });

  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n";
  const elsewhere: readonly (readonly [what: string, scene: Partial<Scene>])[] = [
    ["a key among the claims", { claims: jwk }],
    ["a key among the claims, with escapes", { claims: jwk.replaceAll("kty", "\\u006bty") }],
    ["a key in the query", { request: { ...scene.request, url: `/?k=${encodeURIComponent(jwk)}` } }],
    ["a key in a header, in Base64", { request: { ...scene.request, headers: `x-key: ${base64(jwk)}` } }],
    ["a key in the name of a workload", { workload: jwk }],
    ["a PEM in Base64", { files: [{ file: "a.yaml", text: `data: {tls.key: ${base64(pem)}}\n` }] }],
    ["a token in Base64", { files: [{ file: "a.yaml", text: `data: {t: ${base64(`t=${token}`)}}\n` }] }],
    ["a Secret", { files: [{ file: "a.yaml", text: "kind: Secret\nstringData: {password: x}\n" }] }],
    ["a Secret in a List of JSON", { files: [{ file: "a.json", text: '{"items":[{"kind":"Secret"}]}' }] }],
  ];
  for (const [what, one] of elsewhere)
    it(`is not made with ${what}`, async () => {
      await assert.rejects(linkTo({ ...scene, ...one }), NotForSharingError);
    });

  it("is not made of more than a link can hold, and one that holds more is told", async () => {
    const files = [{ file: "a.yaml", text: `# ${"x".repeat(2 << 20)}\n` }];
    await assert.rejects(linkTo({ ...scene, files }), /too much for a link/);
  });

  for (const [what, text] of [
    ["of a private key in PEM", "# -----BEGIN EC PRIVATE KEY-----\n"],
    ["in a comment", `# ${jwk}\n`],
    ["where the text cannot be read", `a: [\n${rule(`      jwks: '${jwks}'`)}`],
  ] as const) {
    it(`is not made where a key cannot be left out: ${what}`, async () => {
      await assert.rejects(linkTo({ ...scene, files: [{ file: "p.yaml", text }] }), NotForSharingError);
    });
  }

  it("has everything else, as it was", async () => {
    const full: Scene = {
      ...scene,
      mesh: {
        proxy: "waypoint",
        service: "foo/s",
        serviceEntry: "foo/e",
        namespace: "n",
        rootNamespace: "r",
        trustDomain: "td.example",
        trustDomainAliases: "a.example, b.example",
      },
      request: {
        method: "POST",
        url: "/ä?b",
        headers: "x: 1\ny: {token}",
        remote: "::1",
        peer: "10.0.0.1",
        principal: "p",
        certificate: "c",
        sni: "s",
        destination: "10.0.0.2:8080",
        metadata: '{"a": {"b": "c"}}',
        now: "1800000000",
      },
      token: "none",
      cases: [
        {
          name: "n",
          request: emptyRequest,
          claims: "{}",
          expect: { decision: "denied", status: 401, reason: "Jwt is expired" },
        },
      ],
    };
    const { fragment, left } = await linkTo(full);
    assert.deepEqual(await sceneOf(fragment), full);
    assert.deepEqual(left, []);
  });

  it("is one that pages of before read, unless it says what they do not know of", async () => {
    const fragment = async (one: Scene) => (await linkTo(one)).fragment.slice(0, 3);
    const metadata = { ...emptyRequest, metadata: '{"a": {}}' };
    assert.equal(await fragment({ ...scene, request: { ...emptyRequest, certificate: "c" } }), "#2.");
    assert.equal(await fragment(scene), "#1.");
    assert.equal(await fragment({ ...scene, request: metadata }), "#2.");
    assert.equal(await fragment({ ...scene, mesh: { ...usualMesh, trustDomain: "td.example" } }), "#2.");
    const kept = { name: "n", claims: undefined, expect: { decision: "allowed" } } as const;
    assert.equal(await fragment({ ...scene, cases: [{ ...kept, request: emptyRequest }] }), "#1.");
    assert.equal(await fragment({ ...scene, cases: [{ ...kept, request: metadata }] }), "#2.");
    // As the first pages wrote them.
    assert.deepEqual(await sceneOf(OF_BEFORE), { ...scene, request: { ...emptyRequest, url: "/headers" } });
  });

  it("of another form is refused, and what is no link is none", async () => {
    const made = async (value: unknown) => {
      const stream = new Blob([JSON.stringify(value)])
        .stream()
        .pipeThrough(new CompressionStream("deflate-raw"));
      return `#1.${toBase64url(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
    };
    for (const value of [
      null,
      [],
      {},
      { ...scene, files: [] },
      { ...scene, files: [{ file: 1, text: "" }] },
      { ...scene, token: "pasted" },
      { ...scene, cases: [{}] },
      { ...scene, mesh: [] },
      { ...scene, mesh: { proxy: "nowhere" } },
      { ...scene, mesh: { trustDomain: 1 } },
    ])
      await assert.rejects(made(value).then(sceneOf), UnreadableLinkError);
    await assert.rejects(made("a".repeat(3 << 20)).then(sceneOf), /too much/);
    assert.equal(await sceneOf(""), undefined);
    assert.equal(await sceneOf("#section"), undefined);
  });
});

describe("a word of a shell", () => {
  for (const [word, written] of [
    ["GET", "GET"],
    ["", "''"],
    ["GET /a?b", "'GET /a?b'"],
    ["it's", `'it'\\''s'`],
    ["$(id)`id`", "'$(id)`id`'"],
    ["a\nb", "'a\nb'"],
  ] as const)
    it(JSON.stringify(word), () => assert.equal(shellWord(word), written));
});
