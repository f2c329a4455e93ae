// The requests of an Envoy log, explained.

import { loggedRequests } from "../envoy-log/logged-requests.js";
import { nativeLog, type NativeLog } from "../envoy-log/native-log.js";
import { InputError } from "../resources/input-error.js";
import { explainSteps } from "./explain-steps.js";
import type { Explanation } from "./explanation.js";
import type { Origins } from "./origin.js";
import { withoutTokens } from "../text/redaction.js";

export interface LogExplanation {
  readonly requests: readonly Explanation[];
  /** Lines of the filter that could not be read. */
  readonly unread: number;
}

/**
 * Explains each request of a log, in the order in which they begin.
 * @param stream only those of this number, which several workers may each have used
 * @throws InputError if there is none
 */
export function explainLog(log: string, stream: number | undefined, origins: Origins): LogExplanation {
  const { requests, fetches, unread } = loggedRequests(log);
  if (requests.length === 0) throw new InputError(withoutRequests(log, fetches.length > 0));
  const wanted = requests.filter((one) => stream === undefined || one.stream === stream);
  if (wanted.length === 0) {
    const streams = [...new Set(requests.map((one) => one.stream))].join(", ");
    throw new InputError(`--stream ${stream ?? ""}: the log has ${streams}`);
  }
  const circumstances = {
    keyCalls: undefined,
    issuers: undefined,
    claims: undefined,
    forwardedFor: false,
    token: { signedHere: undefined, givenKeys: new Set<string>() },
  };
  const explanations = wanted.map(({ steps }) =>
    explainSteps([...fetches, ...steps], undefined, origins, circumstances),
  );
  return { requests: withoutTokens(explanations, []), unread };
}

function withoutRequests(log: string, hasFetches: boolean): string {
  const native = nativeLog(log);
  if (native !== undefined) return nativeText(native);
  const level =
    "the filter tells the steps of a request at level debug: --component-log-level wasm:debug, " +
    "in Istio istioctl proxy-config log <pod> --level wasm:debug";
  return hasFetches || /\bjwt-policy: signatures are verified by\b/.test(log)
    ? `the log has lines of the jwt-policy filter, but no request; ${level}`
    : `the log has no lines of the jwt-policy filter; ${level}`;
}

function nativeText({ authentications, authorizations, hasToken }: NativeLog): string {
  const told = [
    ...authentications.map((text) => `  jwt_authn: ${text}`),
    ...authorizations.map((text) => `  rbac: ${text}`),
  ];
  return [
    "this is a log of Envoy's native filters jwt_authn and rbac, not of the jwt-policy filter; it tells only this:",
    ...told.slice(0, maxTold),
    ...(told.length > maxTold ? [`  … and ${told.length - maxTold} lines more`] : []),
    "To see why, put the request to the policies themselves:",
    '  jwt-policy explain policies/ --for namespace/app=name --request "GET /path" --token-file token.txt',
    ...(hasToken ? ["There is a whole token in this log: do not pass it on."] : []),
  ].join("\n");
}

const maxTold = 20;
