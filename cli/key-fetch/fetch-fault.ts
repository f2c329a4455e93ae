// Why keys could not be fetched, in words and with what to do: the name, the connection, TLS, or a proxy.

import type { FetchFault } from "../../policies/evaluation/key-calls.js";
import { proxyName, ProxyTextError, type Proxy } from "./proxy.js";
import { ProxyRefusedError } from "./tunnel.js";

interface NodeError extends Error {
  readonly code?: string;
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: string } };
  readonly errors?: readonly NodeError[];
}

/** @param proxy through which the origin was asked; undefined: directly */
export function fetchFault(origin: URL, error: Error, proxy: Proxy | undefined): FetchFault {
  if (error instanceof ProxyTextError) return { why: `was not asked: ${error.message}`, remedies: [] };
  if (error instanceof ProxyRefusedError) return proxyFault(origin, error, proxy!);
  const code = codeOf(error);
  const { host } = origin;
  // A plain request goes to the proxy itself.
  if (proxy !== undefined && origin.protocol === "http:")
    return proxyFault(origin, new ProxyRefusedError(undefined, error), proxy);
  return (
    connectionFault(origin.hostname, host, code) ?? tlsFault(origin, error, code) ?? otherFault(code, error)
  );
}

/** That of the address that answered last, where several were tried. */
function codeOf(error: NodeError): string {
  return error.code ?? error.errors?.at(-1)?.code ?? "";
}

function connectionFault(name: string, host: string, code: string): FetchFault | undefined {
  const inside =
    "A name inside a cluster (idp.foo.svc.cluster.local) or a company resolves and answers only there: ask from there, or through a proxy by HTTPS_PROXY.";
  switch (code) {
    case "ENOTFOUND":
      return {
        why: `cannot be fetched: the name ${name} does not resolve (DNS: no such name)`,
        remedies: [`Is ${name} spelled right in the policies?`, inside],
      };
    case "EAI_AGAIN":
      return {
        why: `cannot be fetched: the name ${name} does not resolve (DNS: the name server does not answer)`,
        remedies: ["Is this machine on the network? Look at its name server.", inside],
      };
    case "ECONNREFUSED":
      return {
        why: `cannot be fetched: ${host} refuses the connection; nobody listens there`,
        remedies: ["Does the issuer run? Are host and port right?"],
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return {
        why: `cannot be fetched: there is no route from here to ${host}`,
        remedies: [inside],
      };
    case "ETIMEDOUT":
      return {
        why: `cannot be fetched: ${host} does not answer; a firewall may drop the connection`,
        remedies: [inside],
      };
    default:
      return undefined;
  }
}

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not among those that are trusted here",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not among those that are trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not among those that are trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its authority is not among those that are trusted here, or the server leaves out an intermediate certificate",
  CERT_UNTRUSTED: "its authority is not trusted",
  INVALID_CA: "what signed it may sign no certificates",
};

/** The server was reached, and TLS with it came to no end. */
function tlsFault(origin: URL, error: NodeError, code: string): FetchFault | undefined {
  const { hostname, host } = origin;
  const why = untrusted[code];
  if (why !== undefined) {
    return {
      why: `cannot be fetched: ${host} was reached, but its TLS certificate is not trusted: ${why}`,
      remedies: [
        "Give the certificate of its authority: --ca-file ca.pem. Envoy needs it too: --ca-file of render and run, in Istio the DestinationRule's caCertificates.",
      ],
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const { subjectaltname, subject } = error.cert ?? {};
    const names = subjectaltname ?? (subject?.CN === undefined ? "nobody" : `CN:${subject.CN}`);
    return {
      why: `cannot be fetched: ${host} was reached, but its TLS certificate is for another name: ${names}, and not for ${hostname}`,
      remedies: ["Ask it by a name that its certificate has, or have a certificate made for this one."],
    };
  }
  if (code === "CERT_HAS_EXPIRED") {
    return {
      why: `cannot be fetched: ${host} was reached, but its TLS certificate has expired`,
      remedies: [
        "Have the certificate renewed. If it is valid elsewhere, look at the clock of this machine.",
      ],
    };
  }
  if (code === "CERT_NOT_YET_VALID") {
    return {
      why: `cannot be fetched: ${host} was reached, but its TLS certificate is not valid yet`,
      remedies: ["Look at the clock of this machine."],
    };
  }
  if (/^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/.test(code)) {
    return {
      why: `cannot be fetched: ${host} was reached, but does not speak TLS as asked`,
      remedies: [
        "Is it plain HTTP (http:// in the policies), another port, or a TLS version that is too old?",
      ],
    };
  }
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|CRL_)/.test(code)) {
    return { why: `cannot be fetched: ${host} was reached, but TLS failed: ${code}`, remedies: [] };
  }
  return undefined;
}

function otherFault(code: string, error: Error): FetchFault {
  if (code === "ECONNRESET" || code === "EPIPE") {
    return {
      why: "cannot be fetched: it was reached, and closed the connection without an answer",
      remedies: ["Does this port speak what the URL says, http or https?"],
    };
  }
  if (code.startsWith("HPE_"))
    return { why: "cannot be fetched: it was reached, and what answers there is not HTTP", remedies: [] };
  return { why: `cannot be fetched: ${code === "" ? error.message : code}`, remedies: [] };
}

function proxyFault(origin: URL, { status, reason }: ProxyRefusedError, proxy: Proxy): FetchFault {
  const name = proxyName(proxy);
  const except = `If ${origin.hostname} is to be asked without the proxy, name it in NO_PROXY.`;
  if (status === 407) {
    return {
      why: `cannot be fetched: the proxy ${name} wants a user and a password`,
      remedies: [`Give them in ${proxy.variable}, as http://user:password@host:port.`, except],
    };
  }
  if (status !== undefined) {
    return {
      why: `cannot be fetched: the proxy ${name} answers ${status} and does not connect to ${origin.host}`,
      remedies: ["Does the proxy allow this host and port, and can it resolve the name?", except],
    };
  }
  const fault =
    reason === undefined
      ? undefined
      : (connectionFault(proxy.url.hostname, proxy.url.host, codeOf(reason)) ??
        tlsFault(proxy.url, reason, codeOf(reason)) ??
        otherFault(codeOf(reason), reason));
  return {
    why: `cannot be fetched through the proxy ${name}: ${fault?.why.replace("cannot be fetched: ", "") ?? "it does not answer"}`,
    remedies: [`Look at ${proxy.variable}.`, except],
  };
}
