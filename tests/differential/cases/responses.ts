// What a refused client gets: status, body, challenge, details, for every method, for gRPC, through proxies.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type Policy } from "../policy.js";
import { each, headers, withHeader } from "../requests.js";

const authentication: Policy = { name: "responses/authentication", config: requestAuthentication({}) };
const audience: Policy = {
  name: "responses/audience",
  config: requestAuthentication({ audiences: ["nobody"] }),
};
const authorized: Policy = { name: "responses/authorization", config: authorization({}) };
const both: Policy = {
  name: "responses/both",
  config: { ...requestAuthentication({}), ...authorization({ action: "DENY", rules: [{}] }) },
};

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "X"];
const contentTypes = [
  "application/grpc",
  "application/grpc+proto",
  "application/grpc;x",
  "application/grpc-web",
  "application/grpcx",
  "Application/GRPC",
  "text/plain",
  "application/json",
  "",
];
const accepts = ["application/json", "text/html", "*/*"];

const usual: Record<string, RequestSpec> = {
  ...each(methods, (method): RequestSpec => ({ method })),
  ...each(
    contentTypes,
    (type) => ({ ...headers(["content-type", type]), method: "POST" }),
    (type) => `content-type ${type}`,
  ),
  ...each(
    accepts,
    (type) => headers(["accept", type]),
    (type) => `accept ${type}`,
  ),
  ...each(
    ["https", "HTTPS", "http", "ftp", "", "https,http"],
    (scheme) => headers(["x-forwarded-proto", scheme]),
    (scheme) => `x-forwarded-proto ${scheme}`,
  ),
  ...each(
    ["/orig", "/orig?q=1", "", "orig", "http://x/y"],
    (path) => headers(["x-envoy-original-path", path]),
    (path) => `x-envoy-original-path ${path}`,
  ),
  ...each(
    ["example.com", "Example.COM", "example.com:8080", "[::1]:80", "a", "a".repeat(300), "user@host"],
    (authority): RequestSpec => ({ authority }),
    (authority) => `authority ${authority}`,
  ),
  ...each(
    [1, 200, 237, 238, 239, 255, 256, 257, 258, 300, 4000],
    (size): RequestSpec => ({ path: "/" + "p".repeat(size - 1) }),
    (size) => `path of ${size} bytes`,
  ),
  ...each(
    [250, 256, 300],
    (size): RequestSpec => ({ path: "/a?" + "q".repeat(size - 3) }),
    (size) => `path with query of ${size} bytes`,
  ),
  ...each(
    [
      "/a?b=c",
      "/a/../b",
      "/a/./b",
      "/a%41",
      "/a%2fb",
      "/a%2Fb",
      "/a\\b",
      "//a",
      "/a//b",
      "/a?b#c",
      "/#c",
      "/a;b=1",
      '/a"b',
      "/a'b",
      "/a<b>",
      "/%",
      "/%zz",
      "/?",
      "/a?x=%22",
      "*",
      "/a b?",
      "/\u00e9",
      "/a,b",
    ],
    (path): RequestSpec => ({ path }),
    (path) => `path ${path}`,
  ),
};

/** What gRPC clients send otherwise than others, and what a proxy ahead has said of a longer path. */
const more: Record<string, RequestSpec> = {
  ...each(
    ["GET", "HEAD", "OPTIONS", "PUT"],
    (method): RequestSpec => ({ ...headers(["content-type", "application/grpc"]), method }),
    (method) => `gRPC ${method}`,
  ),
  ...each(
    [255, 256, 257, 400],
    (size) => headers(["x-envoy-original-path", "/" + "o".repeat(size - 1)]),
    (size) => `x-envoy-original-path of ${size} bytes`,
  ),
  "gRPC with TE and a path": {
    ...headers(["content-type", "application/grpc"], ["te", "trailers"], ["x-forwarded-proto", "https"]),
    method: "POST",
    path: "/package.Service/Method",
  },
  "gRPC, two content types": headers(["content-type", "application/grpc"], ["content-type", "text/plain"]),
  "gRPC-web text": headers(["content-type", "application/grpc-web-text+proto"]),
  "two original paths": headers(["x-envoy-original-path", "/a"], ["x-envoy-original-path", "/b"]),
  "two forwarded protos": headers(["x-forwarded-proto", "https"], ["x-forwarded-proto", "http"]),
  "original path with quotes": headers(["x-envoy-original-path", '/a"b\\c\u00e9']),
};

const variants = { ...usual, ...more };

const withAuthorization = (value: string, token: object): Record<string, RequestSpec> =>
  Object.fromEntries(
    Object.entries(variants).map(([label, request]) => [
      label,
      { ...withHeader("authorization", value, request), tokens: { t: token } },
    ]),
  );

export const responses: Table = {
  name: "responses",
  cases: [
    ...cross([authentication], withAuthorization("Bearer x", {})),
    ...cross([audience], withAuthorization("Bearer <<t>>", {})),
    ...cross([authorized], variants),
    ...cross([both], variants),
    ...cross([both], { "bad token": headers(["authorization", "Bearer x"]) }),
  ],
};
