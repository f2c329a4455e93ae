// A scene as a line for a terminal: `jwt-policy explain` with the same question.

import { pastedText, requestFields } from "./explain-options.js";
import { configurationFile } from "./configuration-file.js";
import { namespaceField, workloadFields } from "./mesh-fields.js";
import type { Scene } from "./scene.js";
import { shellWord } from "../../policies/text/shell-word.js";
import { unverifiedClaims } from "../../policies/tokens/unverified-token.js";

/** The command, for a POSIX shell. A pasted token is not in it: the shell's history would keep it. */
export function commandLine(scene: Scene): string {
  const { files, request, token, claims, pasted } = scene;
  const {
    request: line,
    header = [],
    peer,
    remote,
    destination,
    sni,
    principal,
    certificate,
    metadata,
  } = requestFields(request);
  const issuer = unverifiedClaims(pastedText(pasted))?.["iss"];
  const options = [
    ...files.map(({ file }) => file),
    ...meshOptions(scene),
    ...option("--request", line),
    ...header.flatMap((one) => option("-H", one)),
    ...option("--peer", peer),
    ...option("--remote", remote),
    ...option("--destination", destination),
    ...option("--sni", sni),
    ...option("--principal", principal),
    ...option("--certificate", certificate),
    ...option("--metadata", metadata),
    ...option("--now", request.now.trim() === "" ? undefined : request.now.trim()),
    ...(token === "claims" ? option("--claims", oneLine(claims)) : []),
    ...(token === "pasted" ? option("--token-env", "TOKEN") : []),
    ...(token === "pasted" && pasted.jwks.trim() !== ""
      ? option("--jwks", `${typeof issuer === "string" ? issuer : ""}=jwks.json`)
      : []),
    ...(token === "pasted" && pasted.unverified ? ["--unverified"] : []),
  ];
  return ["npx", "envoy-jwt-policy", "explain", ...options].map(shellWord).join(" ");
}

/** Where it runs. */
function meshOptions(scene: Scene): string[] {
  // It is of one workload.
  if (configurationFile(scene.files) !== undefined) return [];
  const fields = workloadFields(scene);
  return [
    ...option("--for", fields.for),
    ...(fields.gateway === undefined ? [] : [fields.gateway ? "--gateway" : "--no-gateway"]),
    ...(fields.waypoint === true ? ["--waypoint"] : []),
    ...option("--service", fields.service),
    ...option("--service-entry", fields.serviceEntry),
    ...option("--namespace", namespaceField(scene.mesh).namespace),
    ...option("--root-namespace", fields.rootNamespace),
    ...option("--trust-domain", fields.trustDomain),
    ...(fields.trustDomainAliases ?? []).flatMap((alias) => option("--trust-domain-alias", alias)),
  ];
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value];

function oneLine(claims: string): string {
  try {
    return JSON.stringify(JSON.parse(claims.trim() === "" ? "{}" : claims));
  } catch {
    return claims.trim();
  }
}
