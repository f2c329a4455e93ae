// One line for each request that a local Envoy has answered, out of its access log.

import { parseRuleName } from "../../policies/policy-model/rule-name.js";
import type { Colours } from "../../policies/text/colours.js";
import { printable } from "../../policies/text/printable.js";
import { wholeLines } from "./whole-lines.js";

/** Member -> Envoy's command operators, for `json_format`: no value ends its field or its line. Without the query: a token may be in it. */
export const requestLogFormat = {
  time: "%START_TIME(%H:%M:%S)%",
  method: "%REQ(:METHOD)%",
  path: "%PATH(NQ:PATH)%",
  status: "%RESPONSE_CODE%",
  details: "%RESPONSE_CODE_DETAILS%",
  principal: "%FILTER_STATE(wasm.jwt_policy.principal:PLAIN)%",
  policy: "%FILTER_STATE(wasm.jwt_policy.policy:PLAIN)%",
  reason: "%FILTER_STATE(wasm.jwt_policy.reason:PLAIN)%",
} as const;

type Entry = Readonly<Partial<Record<keyof typeof requestLogFormat, string | number | null>>>;

/** Takes pieces of the access log, and writes a line for each request. */
export function requestLines(write: (text: string) => void, colours: Colours): (piece: string) => void {
  return wholeLines((line) => {
    const entry = entryOf(line);
    if (entry !== undefined) write(`${requestLine(entry, colours)}\n`);
  });
}

function entryOf(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}

/** `12:00:01  403  GET /get  no ALLOW rule matches, by https://idp.example.com//alice` */
function requestLine(entry: Entry, colours: Colours): string {
  const [time, method, path] = [entry.time, entry.method, entry.path].map(text);
  const status = String(entry.status ?? "");
  const isGood = /^[123]/.test(status);
  const coloured = isGood ? colours.green(status) : colours.red(status);
  const principal = text(entry.principal);
  const by = principal === "" ? "" : `, by ${principal}`;
  return [
    colours.dim(time!),
    coloured,
    printable(`${method!} ${path!}`),
    colours.dim(printable(whyText(entry) + by)),
  ].join("  ");
}

/** Envoy writes `-` or null for what is not there. */
const text = (value: string | number | null | undefined) =>
  value === undefined || value === null || value === "-" ? "" : String(value);

function whyText(entry: Entry): string {
  const [reason, policy, details] = [entry.reason, entry.policy, entry.details].map(text) as [
    string,
    string,
    string,
  ];
  const { namespace, policy: name, rule } = parseRuleName(policy) ?? {};
  const ruleText = name === undefined ? policy : `${namespace ?? ""}/${name} rules[${rule ?? ""}]`;
  if (reason === "RBAC: access denied")
    return ruleText === "" ? "no ALLOW rule matches" : `DENY ${ruleText} matches`;
  if (reason !== "") return reason;
  const allowed = ruleText === "" ? "allowed" : `ALLOW ${ruleText} matches`;
  if (details === "via_upstream") return allowed;
  // What never reached the filter, as a request that is no HTTP, has nothing of it either.
  return isUpstreamFault(details)
    ? `${allowed}, but the upstream does not answer (${details})`
    : `Envoy itself: ${details}`;
}

const isUpstreamFault = (details: string) =>
  /^(upstream_|no_healthy_upstream|response_timeout|via_upstream)/.test(details);
