// What the identity of a peer and its namespace look like in Istio: trust domain, /ns/, namespace, /sa/, service account.

import { isLabelName } from "../../text/object-name.js";

/** Why no peer of a mesh has this identity; undefined if one may. `spiffe://` apart, which JP230 sees to. */
export function peerFault(value: string): string | undefined {
  if (/^https?:\/\//.test(value)) return "this is an issuer: principals of tokens are requestPrincipals";
  if (value.startsWith("system:serviceaccount:")) {
    const [, , namespace, account] = value.split(":");
    return `write cluster.local/ns/${namespace}/sa/${account}, with the trust domain of the mesh`;
  }
  if (value.includes("*")) return undefined;
  const form = "a peer's principal is trust domain, /ns/, namespace, /sa/, service account";
  if (!value.includes("/")) return `${form}: cluster.local/ns/foo/sa/bar`;
  // Trust domains without a dot are rare, and with one the identity may be of another SPIFFE server than Istio's.
  const account = /^([^/.]+)\/([^/]+)$/.exec(value);
  if (account !== null) return `${form}: cluster.local/ns/${account[1]}/sa/${account[2]}`;
  if (/^\/?ns\//.test(value)) return `the trust domain is missing: cluster.local/${value.replace(/^\//, "")}`;
  if (/\s/.test(value.trim())) return `${form}, and no blank`;
  const turned = /^([^/]+)\/sa\/([^/]+)\/ns\/([^/]+)$/.exec(value);
  if (turned !== null) return `${form}: ${turned[1]}/ns/${turned[3]}/sa/${turned[2]}`;
  const inNamespace = /^([^/]+)\/ns\/([^/]+)\/(?!sa\/)(?:[^/]+\/)?([^/]+)$/.exec(value);
  return inNamespace === null
    ? undefined
    : `${form}: ${inNamespace[1]}/ns/${inNamespace[2]}/sa/${inNamespace[3]}`;
}

/** Why no namespace has this name; undefined if one may, or the value is a pattern of one that may. */
export function namespaceFault(value: string): string | undefined {
  // Istio makes .* of each * (authz/model/generator.go): what stands for it may be letters on either side of a hyphen.
  const name = value.replaceAll("*", "a");
  if (isLabelName(name)) return undefined;
  if (value.includes("/"))
    return "a namespace has no slash; a service account is told by principals or serviceAccounts";
  if (value.includes(".")) return `a namespace has no dots: ${value.split(".")[0]}`;
  if (isLabelName(name.toLowerCase()))
    return `names of namespaces are in small letters: ${value.toLowerCase()}`;
  return undefined;
}
