// An issuer with a place for the tenant (extensions.tenants). What is right is Microsoft's: "Validate the issuer" of docs/identity-platform/access-tokens.md in
// MicrosoftDocs/entra-docs, and what AadSigningKeyIssuerValidatorTests.cs of azure-activedirectory-identitymodel-extensions-for-dotnet wants of a key's issuer.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, jwk, mint, NOW, principalNeeded, rule, trusting, type TokenSpec } from "./filter.js";

const place = "https://login.microsoftonline.com/{tenantid}/v2.0";
const of = (tenant: string) => place.replace("{tenantid}", tenant);
/** The two tenants of the page's note, and that of personal accounts, whose keys are its own. */
const contoso = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
const fabrikam = "82229342-1101-4ab6-817b-70c0747630f3";
const personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
/** As the tenant-independent keys endpoint has them. */
const keys = [
  jwk("rsa", { issuer: place }),
  jwk("ec256", { issuer: of(personal) }),
  jwk("ec384"),
  jwk("ec521", { issuer: 1 }),
];

const base = { ...trusting(rule(keys, { issuer: place })), ...principalNeeded };
const start = (...tenants: object[]) => Filter.start({ ...base, extensions: { tenants } });
const ofTenant = (tid: unknown, iss = of(String(tid)), spec: TokenSpec = {}): TokenSpec => ({
  ...spec,
  claims: { iss, tid, aud: "api", ...spec.claims },
});

const refused = "401 Jwt tenant is not allowed";
const unknown = "401 Jwt issuer is not configured";

const rows: readonly (readonly [what: string, token: TokenSpec, outcome: string])[] = [
  ["an allowed tenant", ofTenant(contoso), "passes"],
  ["another tenant, whose signature is as good", ofTenant(fabrikam), refused],
  ["the tenant in other letters", ofTenant(contoso.toUpperCase()), refused],
  ["tid of another tenant that is allowed", ofTenant(personal, of(contoso)), refused],
  ["an allowed tid in another tenant's token", ofTenant(contoso, of(fabrikam)), refused],
  ["no tid", { claims: { iss: of(contoso) } }, refused],
  ["a tid that is a list", ofTenant([contoso], of(contoso)), refused],
  ["a tid that is null", ofTenant(null, of(contoso)), refused],
  ["a key of the place", ofTenant(contoso, of(contoso), { key: "rsa" }), "passes"],
  [
    "a key of personal accounts for another tenant",
    ofTenant(contoso, of(contoso), { key: "ec256" }),
    refused,
  ],
  ["a key of personal accounts for them", ofTenant(personal, of(personal), { key: "ec256" }), "passes"],
  ["a key that names no issuer", ofTenant(contoso, of(contoso), { key: "ec384" }), "passes"],
  ["a key whose issuer is no text", ofTenant(contoso, of(contoso), { key: "ec521" }), refused],
  [
    "no kid, and keys of several issuers",
    ofTenant(contoso, of(contoso), { without: ["kid"], key: "ec256" }),
    refused,
  ],
  ["the issuer with its place", ofTenant(contoso, place), unknown],
  ["no tenant", ofTenant("", of("")), unknown],
  ["two segments", ofTenant(`${contoso}/x`), unknown],
  ["an escaped slash", ofTenant(`${contoso}%2fx`), unknown],
  ["something in front", ofTenant(contoso, `x${of(contoso)}`), unknown],
  ["something behind", ofTenant(contoso, `${of(contoso)}/`), unknown],
  ["too short for both sides", ofTenant(contoso, "https://login.microsoftonline.com/v2.0"), unknown],
  ["another cloud", ofTenant(contoso, of(contoso).replace(".com/", ".us/")), unknown],
  [
    "a signature of nobody",
    ofTenant(contoso, of(contoso), { edits: [{ segment: 2, flip: 9 }] }),
    "401 Jwt verification fails",
  ],
];

describe("an issuer with a place for the tenant", () => {
  for (const [what, token, outcome] of rows) {
    it(`${what}: ${outcome}`, async () => {
      const filter = await start({ issuer: place, allowed: [contoso, personal] });
      // The second time it is remembered, if it was good.
      for (let i = 0; i < 2; i++) assert.equal(filter.outcome({ token: mint(token) }), outcome);
    });
  }

  it("is what stands there, for nobody, where no entry names it", async () => {
    const filter = await Filter.start(base);
    assert.equal(filter.outcome({ token: mint(ofTenant(contoso)) }), unknown);
  });

  it("takes every tenant's tokens where that is said, and none whose tid is another's", async () => {
    const filter = await start({ issuer: place, anyTenant: true });
    assert.equal(filter.outcome({ token: mint(ofTenant(fabrikam)) }), "passes");
    assert.equal(filter.outcome({ token: mint(ofTenant(contoso, of(fabrikam))) }), refused);
  });

  it("is bound to the claim that is named", async () => {
    const filter = await start({ issuer: place, allowed: [contoso], claim: "org" });
    assert.equal(filter.outcome({ token: mint(ofTenant(contoso)) }), refused);
    assert.equal(filter.outcome({ token: mint({ claims: { iss: of(contoso), org: contoso } }) }), "passes");
  });

  it("asks for the key's issuer of a token, too, that another rule has had remembered", async () => {
    const filter = await Filter.start({
      ...trusting(rule(keys, { issuer: place }), rule(keys, { issuer: of(contoso) })),
      extensions: {
        tenants: [{ issuer: place, allowed: [contoso] }],
        tokenProfiles: [{ issuers: [of(contoso)], maxAge: "60s" }],
      },
    });
    const token = mint(ofTenant(contoso, of(contoso), { key: "ec256", claims: { iat: NOW } }));
    assert.equal(filter.outcome({ token }), "passes");
    filter.clock.set((NOW + 200) * 1000);
    assert.equal(filter.outcome({ token }), "401 Jwt is too old");
  });

  it("lets no other tenant by as a foreign token", async () => {
    const filter = await Filter.start({
      ...trusting(rule(keys, { issuer: place })),
      extensions: {
        tenants: [{ issuer: place, allowed: [contoso] }],
        foreignTokens: [{ kinds: ["UNKNOWN_ISSUER"] }],
      },
    });
    assert.equal(filter.outcome({ token: mint(ofTenant(fabrikam)) }), refused);
  });

  it("is found among others, in places of their own too", async () => {
    const rules = [
      rule([jwk("rsa")]),
      rule([jwk("rsa")], { issuer: place, fromHeaders: [{ name: "x-tenant" }] }),
      rule([jwk("rsa")], { issuer: "https://z.example.com/{tenantid}" }),
    ];
    const filter = await Filter.start({
      ...trusting(...rules),
      ...principalNeeded,
      extensions: {
        tenants: [
          { issuer: place, allowed: [contoso] },
          { issuer: "https://z.example.com/{tenantid}", allowed: ["z"] },
        ],
      },
    });
    assert.equal(filter.outcome({ token: mint({}) }), "passes");
    assert.equal(filter.outcome({ headers: [["x-tenant", mint(ofTenant(contoso))]] }), "passes");
    assert.equal(filter.outcome({ headers: [["x-tenant", mint(ofTenant(fabrikam))]] }), refused);
    assert.equal(filter.outcome({ token: mint(ofTenant("z", "https://z.example.com/z")) }), "passes");
    assert.equal(filter.outcome({ token: mint(ofTenant("y", "https://z.example.com/y")) }), refused);
  });

  const faults: readonly (readonly [tenants: readonly object[], says: RegExp])[] = [
    [[{ issuer: place }], /tenants\[0\].allowed: must list tenants, or anyTenant be true, and not both/],
    [[{ issuer: place, allowed: [] }], /allowed: must list tenants/],
    [[{ issuer: place, allowed: ["a"], anyTenant: true }], /and not both/],
    [[{ issuer: place, anyTenant: false }], /allowed: must list tenants/],
    [[{ issuer: place, allowed: ["a/b"] }], /allowed\[0\]: must be of letters, digits/],
    [[{ issuer: place, allowed: [""] }], /allowed\[0\]: must be of letters, digits/],
    [[{ issuer: place, allowed: Array<string>(4097).fill("a") }], /allowed: must have at most 4096 items/],
    [[{ issuer: place, allowed: ["a"], claim: "" }], /claim: must not be empty/],
    [
      [
        { issuer: place, allowed: ["a"] },
        { issuer: place, allowed: ["b"] },
      ],
      /tenants\[1\].issuer: is there twice/,
    ],
    [[{ issuer: "https://other/{tenantid}", allowed: ["a"] }], /no JWT rule has the issuer https:\/\/other/],
    ...[
      "https://idp/",
      "https://{tenantid}.idp/",
      "https://{tenantid}/",
      "https://idp/x{tenantid}",
      "https://idp/{tenantid}x",
      "{tenantid}",
      "urn:x/{tenantid}",
      "https://idp/{tenantid}/{tenantid}",
    ].map(
      (issuer) =>
        [[{ issuer, allowed: ["a"] }], /issuer: must be a URL with \{tenantid\} as one segment/] as const,
    ),
    [Array<object>(65).fill({}), /tenants: must have at most 64 items/],
  ];
  for (const [tenants, says] of faults) {
    it(`refused: ${JSON.stringify(tenants).slice(0, 90)}`, async () => {
      const said = await Filter.tryStart({ ...base, extensions: { tenants } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });
  }

  it("refused: keys that would have to be discovered", async () => {
    const discovered = { requestAuthentications: [{ name: "a", jwtRules: [{ issuer: place }] }] };
    const said = await Filter.tryStart({
      ...discovered,
      extensions: { tenants: [{ issuer: place, allowed: [contoso] }] },
    });
    assert.ok(Array.isArray(said));
    assert.match(said.join("\n"), /tenants\[0\].issuer: its JWT rule must have jwksUri or jwks/);
  });
});
