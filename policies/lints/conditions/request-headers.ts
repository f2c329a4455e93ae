// JP249: a header compared where its text is not what is meant: the client's address, the path, the host, one cookie, or a range of addresses. What Envoy
// compares was measured on 1.40 with Istio's own filters: a header's value as a whole, `:path` with its query, `host` and `:authority` by case and with the port.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { isGoPrefix } from "../../golang/ip.js";
import type { Constraint, PolicyModel } from "../../policy-model/rule-model.js";

export const requestHeaders: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap((model) =>
    model.rules.flatMap(({ conditions }) => conditions.flatMap((one) => judge(one, model))),
  );

/** What is wrong with a comparison, and what to write. */
type Fault = readonly [message: string, remedy: string];

interface Compared {
  readonly header: string;
  /** Values that let a request pass, and those that keep it out. */
  readonly wanted: readonly string[];
  readonly excluded: readonly string[];
}

function judge({ attribute, at, values, notValues }: Constraint, { policy, action }: PolicyModel): Finding[] {
  const header = /^request\.headers\[(.+)\]$/.exec(attribute)?.[1]?.toLowerCase();
  if (header === undefined) return [];
  // Whether a header is there at all is a question of its own.
  const texts = (list: Constraint["values"]) => list.map(({ value }) => value).filter((one) => one !== "*");
  const [positive, negative] = [texts(values), texts(notValues)];
  if (positive.length + negative.length === 0) return [];
  const [wanted, excluded] = action === "ALLOW" ? [positive, negative] : [negative, positive];
  const fault = faultOf({ header, wanted, excluded });
  if (fault === undefined) return [];
  const [message, remedy] = fault;
  return [
    remark({ id: "JP249", resource: policy.resource, at, message: `${attribute}: ${message}`, remedy }),
  ];
}

function faultOf(compared: Compared): Fault | undefined {
  const { header, wanted, excluded } = compared;
  if (header === ":path") return pathFault(compared);
  if (header === "host" || header === ":authority") return hostFault(compared);
  const field = fields.get(header);
  if (field !== undefined)
    return [`no client sends a header ${header}${denied(excluded)}`, `compare ${field}`];
  if (header === "cookie")
    return [
      `all cookies of a request are one text, and a client sends them in any order${opened(excluded)}`,
      "no condition looks at one cookie: let a JWT rule read a token from it (fromCookies), or the application judge",
    ];
  if (addresses.has(header)) return addressFault(compared);
  const range = [...wanted, ...excluded].find((value) => value.includes("/") && isGoPrefix(value));
  if (range === undefined) return undefined;
  return [
    `a header is compared as a text, and ${range} is no address that stands there`,
    "ranges are for remoteIpBlocks and ipBlocks alone",
  ];
}

/** Names of pseudo-headers without their colon, and what Istio has for them. */
const fields: ReadonlyMap<string, string> = new Map([
  ["path", "paths"],
  ["method", "methods"],
  ["authority", "hosts"],
]);

/** Headers with the client's address that no proxy of the mesh holds clients to. */
const addresses: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "forwarded",
  "x-real-ip",
  "x-client-ip",
  "x-original-forwarded-for",
  "x-envoy-external-address",
]);

function addressFault({ header, excluded }: Compared): Fault {
  const written =
    header === "x-envoy-external-address"
      ? "past the gateway whoever calls may write it"
      : "a client may write it";
  const list = header.endsWith("forwarded-for") ? ", and each proxy adds an address" : "";
  return [
    `${written}${list}; it is compared as one text, without ranges${opened(excluded)}`,
    "compare the client's address by remoteIpBlocks (or remote.ip): Envoy finds it by the number of trusted proxies",
  ];
}

function pathFault({ wanted, excluded }: Compared): Fault | undefined {
  const remedy = "compare paths, which are without the query";
  const relative = [...excluded, ...wanted].find((value) => !/^[/*]/.test(value));
  if (relative !== undefined) return [`${relative} never matches: a path begins with a slash`, remedy];
  const past = excluded.find((value) => !isPrefix(value));
  if (past !== undefined)
    return [
      `:path has the query: a client that adds one to ${past.replace(/^\*/, "")} gets past this`,
      remedy,
    ];
  // One that ends as a parameter does is about the query itself.
  const forged = wanted.find((value) => value.startsWith("*") && !/[=?&]/.test(value));
  if (forged !== undefined)
    return [
      `:path has the query: any path ends so where a client writes ?${forged.slice(1)} behind it`,
      remedy,
    ];
  const bare = wanted.find((value) => !isPrefix(value) && !/^\*|\?/.test(value));
  if (bare === undefined) return undefined;
  return [`:path has the query: ${bare} does not match ${bare}?a=b`, remedy];
}

const isPrefix = (value: string) => value.endsWith("*") && !value.startsWith("*");

function hostFault({ wanted, excluded }: Compared): Fault {
  const first = [...excluded, ...wanted][0]!;
  const host = first.replace(/^\*\.?|[:.]?\*$/g, "");
  const other = `${host.charAt(0).toUpperCase()}${host.slice(1)}`;
  return [
    `it is compared by case, and with the port: ${first} does not match ${other}${opened(excluded)}`,
    `compare hosts, which know no case: ${JSON.stringify(first)}${/[:*]/.test(first.slice(1)) ? "" : ` and ${JSON.stringify(`${first}:*`)}`}`,
  ];
}

function denied(excluded: readonly string[]): string {
  return excluded.length === 0 ? "" : ", and nothing is kept out";
}

function opened(excluded: readonly string[]): string {
  return excluded.length === 0 ? "" : ": a client gets past this";
}
