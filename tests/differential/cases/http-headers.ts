// Tokens from headers, and claims into headers, that HTTP or Envoy itself uses: host, framing, forwarding. x-forwarded-proto, without
// which there is no route, is in deliberate-differences.ts.
import { cross, type Table } from "../case.js";
import type { Header, RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type Policy } from "../policy.js";
import { bearer } from "../requests.js";

const names = [
  "host",
  "content-type",
  "user-agent",
  "accept",
  "cookie",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-request-id",
  "x-envoy-original-path",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-decorator-operation",
  "referer",
  "origin",
  "te",
  "via",
  "expect",
  "date",
  "content-length",
  "grpc-timeout",
  "b3",
  "x-jwt-payload",
];

/** No rule may write these (docs/differences.md). */
const neverWritten = ["host", "content-length", "te"];

const into: Policy[] = names
  .filter((name) => !neverWritten.includes(name))
  .flatMap((name): Policy[] => [
    {
      name: `http-headers/claim into ${name}`,
      config: requestAuthentication({ outputClaimToHeaders: [{ header: name, claim: "n" }] }),
    },
    {
      name: `http-headers/payload into ${name}`,
      config: requestAuthentication({ outputPayloadToHeader: name }),
    },
  ]);

const from: Policy[] = names
  .filter((name) => !["content-length", "date", "expect"].includes(name))
  .flatMap((name): Policy[] => [
    {
      name: `http-headers/token from ${name}`,
      config: requestAuthentication({ fromHeaders: [{ name, prefix: "T " }] }),
    },
    {
      name: `http-headers/token from ${name}, forwarded`,
      config: {
        ...requestAuthentication({ fromHeaders: [{ name, prefix: "T " }], forwardOriginalToken: true }),
        ...authorization({ rules: [{ when: [{ key: `request.headers[${name}]`, values: ["*"] }] }] }),
      },
    },
  ]);

/** Without a prefix, so that the whole value is the token. */
const whole: Policy[] = ["host", "Host", ":authority", ":path", ":method"].flatMap((name): Policy[] => [
  { name: `http-headers/token is ${name}`, config: requestAuthentication({ fromHeaders: [{ name }] }) },
  {
    name: `http-headers/token is ${name}, forwarded`,
    config: requestAuthentication({
      fromHeaders: [{ name }, { name: "x-t" }],
      forwardOriginalToken: true,
      outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
    }),
  },
]);

const numbers: RequestSpec[] = [bearer({ claims: { n: 0 } }), bearer({ claims: { n: "trailers" } })];

const sent = (name: string): Header[] =>
  ["host", "content-length", "date", "expect"].includes(name) ? [] : [[name, "sent"]];

export const httpHeaders: Table = {
  name: "http-headers",
  cases: [
    ...into.flatMap((policy) => {
      const name = policy.name.replace(/.* /, "");
      return cross([policy], {
        "claim of text": bearer({ claims: { n: "text" } }),
        "claim of text, sent too": bearer({ claims: { n: "text" } }, { headers: sent(name) }),
        "claim 0": numbers[0]!,
        "claim trailers": numbers[1]!,
        "no such claim": bearer({}),
        "no token": {},
        "no token, sent": { headers: sent(name) },
        "bad token, sent": bearer({ claims: { iss: "x" } }, { headers: sent(name) }),
      });
    }),
    ...cross(whole, {
      "token as host": { authority: "<<t>>", tokens: { t: {} } },
      "token as path": { path: "/<<t>>", tokens: { t: {} } },
      "token in x-t": { headers: [["x-t", "<<t>>"]], tokens: { t: {} } },
      "bad token as host": { authority: "<<t>>", tokens: { t: { claims: { iss: "x" } } } },
      nothing: {},
    }),
    ...from.flatMap((policy) => {
      const name = policy.name.replace(/.* from |,.*/g, "");
      const isHost = name === "host";
      const line = (value: string): RequestSpec => ({
        ...(isHost ? { authority: value } : { headers: [[name, value]] }),
        tokens: { t: {}, bad: { edits: [{ segment: 2, flip: 2 }] } },
      });
      return cross([policy], {
        good: line("T <<t>>"),
        bad: line("T <<bad>>"),
        junk: line("T x"),
        "another prefix": line("U <<t>>"),
        nothing: {},
      });
    }),
  ],
};
