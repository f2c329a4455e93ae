// A case's request as a user of the command would describe it: what the client sends, and what Envoy makes of it by rules that are known.
import { isIP } from "node:net";
import { asReceived } from "../../../policies/evaluation/request/received-request.js";
import { normalizedPath } from "../../../policies/evaluation/request/normalized-path.js";
import { requestTarget } from "../../../policies/evaluation/request/request-target.js";
import type { Request } from "../../../policies/evaluation/request/request.js";
import { byteStringToBytes } from "../../../host/index.js";
import { certificateState, namesOf } from "../certificates/certificates.js";
import { withTokens, type ConnectionSpec, type Header, type RequestSpec } from "../compared/exchange.js";
import { metadataAhead } from "../harness/attributes.js";
import type { Policy } from "../policy.js";

/** Stands for the port of a listener that no PROXY protocol header hides. */
const listenerPort = 10_000;

/** Throws PathRefusedError for a request that Envoy answers itself. */
export function describedRequest(policy: Policy, spec: RequestSpec): Request {
  const { method, path: target, authority, headers, connection } = withTokens(spec);
  // The listeners let a fragment pass, as Istio's do: Envoy cuts it off.
  const { path, authority: named } = requestTarget(target);
  const { remote, destination } = endpoints(connection);
  const peer = connection.from ?? "127.0.0.1";
  return asReceived({
    method,
    path: byteStringToBytes(path === "*" ? path : normalizedPath(path)),
    authority: byteStringToBytes(named ?? authority),
    scheme: policy.tls === true ? "https" : "http",
    headers: headers.map(([name, value]) => [name, byteStringToBytes(withoutBlanks(value))]),
    peer,
    remote: lastForwarded(headers) ?? remote ?? peer,
    destination,
    serverName: connection.serverName,
    certificate: certificateNames(connection),
    metadata: metadataAhead(policy),
    filterState: certificateState(policy.config, connection.certificate),
  });
}

/** RFC 9110 §5.5. */
const withoutBlanks = (value: string) => value.replace(/^[ \t]+|[ \t]+$/g, "");

/** What a PROXY protocol header says (wire-client.ts). */
function endpoints(spec: ConnectionSpec): Pick<Request, "remote" | "destination"> {
  const { source = "192.0.2.1", destination, destinationPort = 8080 } = spec;
  const isThere =
    spec.source !== undefined || spec.destination !== undefined || spec.destinationPort !== undefined;
  if (!isThere) return { destination: { address: "127.0.0.1", port: listenerPort } };
  const address = destination ?? (source.includes(":") ? "2001:db8::9" : "192.0.2.9");
  return { remote: source, destination: { address, port: destinationPort } };
}

/** Without use_remote_address and trusted hops Envoy believes the last address of X-Forwarded-For. */
function lastForwarded(headers: readonly Header[]): string | undefined {
  const values = headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for");
  const [last = ""] = values
    .map(([, value]) => value)
    .join(",")
    .split(",")
    .map(withoutBlanks)
    .slice(-1);
  return isIP(last) === 0 ? undefined : last;
}

function certificateNames({ certificate }: ConnectionSpec): Request["certificate"] {
  if (certificate === undefined) return undefined;
  const { uris, dns, commonName } = namesOf(certificate);
  return {
    uriSan: uris?.[0],
    dnsSan: dns?.[0],
    subject: commonName === undefined ? undefined : `CN=${commonName}`,
  };
}
