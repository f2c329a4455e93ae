// Issuer, audience and time: exact comparison, any-of, skew, and which failure comes first.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { keys, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";
import type { TokenSpec } from "../token.js";

function policy(name: string, ...rules: readonly JsonObject[]): Policy {
  return { name: `registered-claims/${name}`, config: requestAuthentication(...rules) };
}

const subject = { outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }] };

const audiencePolicies = [
  policy("audience-none", subject),
  policy("audience-one", { ...subject, audiences: ["svc"] }),
  policy("audience-two", { ...subject, audiences: ["other", "svc"] }),
  policy("audience-url", { ...subject, audiences: ["https://svc.example.com/"] }),
  policy("audience-http", { ...subject, audiences: ["http://svc.example.com"] }),
  policy("audience-bare", { ...subject, audiences: ["svc.example.com"] }),
  policy("audience-slash", { ...subject, audiences: ["/", "svc//"] }),
  policy("audience-scheme", { ...subject, audiences: ["https://"] }),
  policy("audience-many", { ...subject, audiences: Array.from({ length: 40 }, (_, i) => `svc${i}`) }),
];
const audiences = [
  "svc",
  "svc/",
  "svc//",
  "/svc",
  "SVC",
  " svc",
  "svc ",
  "svc0",
  "svc39",
  "svc40",
  "other",
  "http://svc",
  "https://svc",
  "https://svc/",
  "HTTPS://svc",
  "https://https://svc",
  "ftp://svc",
  "svc.example.com",
  "https://svc.example.com",
  "https://svc.example.com/",
  "http://svc.example.com/",
  "http://svc.example.com//",
  "https://svc.example.com/x",
  "/",
  "",
  "https://",
  "https:///",
  "http:///",
  "*",
];
const lists = [
  [],
  ["svc"],
  ["x", "svc"],
  ["svc", "x"],
  ["x", "y"],
  ["x", "https://svc.example.com/"],
  [""],
  ["svc", "svc"],
  Array.from({ length: 200 }, (_, i) => `a${i}`),
  [...Array.from({ length: 200 }, (_, i) => `a${i}`), "svc"],
];

const audienceRequests: Record<string, RequestSpec> = {
  ...each(
    audiences,
    (aud) => bearer({ claims: { aud } }),
    (aud) => `aud ${JSON.stringify(aud)}`,
  ),
  ...each(
    lists,
    (aud) => bearer({ claims: { aud } }),
    (aud) => `aud of ${aud.length}: ${JSON.stringify(aud).slice(-60)}`,
  ),
  "no aud": bearer({}),
  "no token": {},
};

const issuers = [
  "https://a.example.com",
  "https://a.example.com/",
  "a",
  "A",
  "a ",
  "a/b",
  "\u00e9",
  "urn:x:y",
  "a\tb",
  "*",
];
const issuerPolicies = [
  ...issuers.map((issuer, i) => policy(`issuer-${i}`, { ...subject, issuer })),
  policy("issuers-all", ...issuers.map((issuer) => ({ ...subject, issuer }))),
  policy(
    "issuers-fifty",
    ...Array.from({ length: 50 }, (_, i) => ({ ...subject, issuer: `https://issuer-${i}.example.com` })),
    { ...subject, issuer: "a", ...keys("second") },
  ),
];
const issuerRequests: Record<string, RequestSpec> = {
  ...each(
    [
      ...issuers,
      "",
      "https://a.example.com//",
      "HTTPS://A.EXAMPLE.COM",
      "https://issuer-0.example.com",
      "https://issuer-49.example.com",
      "https://issuer-50.example.com",
    ],
    (iss) => bearer({ claims: { iss } }),
    (iss) => `iss ${JSON.stringify(iss)}`,
  ),
  "iss a, ec key": bearer({ key: "ec256", claims: { iss: "a" } }),
  "iss a, unknown kid": bearer({ claims: { iss: "a" }, header: { kid: "x" } }),
  "no iss": bearer({ without: ["iss"] }),
};

/** Far enough from the skew of 60 s that a slow run does not change the answer: tests/security/ has its very border, with a clock of its own. */
const shifts = [
  "@now-100000",
  "@now-600",
  "@now-90",
  "@now-5",
  "@now",
  "@now+30",
  "@now+115",
  "@now+600",
  "@now+100000",
];
const timeRequests: Record<string, RequestSpec> = {
  ...each(
    shifts.filter((one) => one !== "@now"),
    (exp) => bearer({ claims: { exp } }),
    (exp) => `exp ${exp}`,
  ),
  ...each(
    shifts,
    (nbf) => bearer({ claims: { nbf } }),
    (nbf) => `nbf ${nbf}`,
  ),
  ...each(
    shifts,
    (iat) => bearer({ claims: { iat } }),
    (iat) => `iat ${iat}`,
  ),
  "no exp": bearer({ without: ["exp"] }),
  "exp 0": bearer({ claims: { exp: 0 } }),
  "nbf 0": bearer({ claims: { nbf: 0 } }),
  "expired and not yet valid": bearer({ claims: { exp: "@now-600", nbf: "@now+600" } }),
};

const broken: Record<string, TokenSpec> = {
  expired: { claims: { exp: "@now-600" } },
  audience: { claims: { aud: "x" } },
  signature: { edits: [{ segment: 2, flip: 3 }] },
  kid: { header: { kid: "x" } },
  issuer: { claims: { iss: "x" } },
  subject: { claims: { sub: 1 } },
  early: { claims: { nbf: "@now+600" } },
  algorithm: { header: { alg: "none" }, signAs: "RS256" },
  signatureText: { edits: [{ segment: 2, text: "!" }] },
};

/** Every pair of faults: which one is reported. */
function pairs(): Record<string, RequestSpec> {
  const names = Object.keys(broken);
  return Object.fromEntries(
    names.flatMap((a) =>
      names.map((b): [string, RequestSpec] => {
        const [x, y] = [broken[a]!, broken[b]!];
        const spec: TokenSpec = {
          ...x,
          ...y,
          claims: { aud: "svc", ...x.claims, ...y.claims },
          header: { ...x.header, ...y.header },
          edits: [...(x.edits ?? []), ...(y.edits ?? [])],
        };
        return [`${a} and ${b}`, bearer(spec)];
      }),
    ),
  );
}

export const registeredClaims: Table = {
  name: "registered-claims",
  cases: [
    ...cross(audiencePolicies, audienceRequests),
    ...cross(issuerPolicies, issuerRequests),
    ...cross([audiencePolicies[0]!], timeRequests),
    ...cross(
      [
        audiencePolicies[1]!,
        policy("two-rules", { audiences: ["svc"] }, { issuer: "x", audiences: ["svc"], ...keys("second") }),
      ],
      pairs(),
    ),
  ],
};
