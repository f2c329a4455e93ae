// What newcomers put into a field and the core would refuse in the words of an option: said here in the words of the page.

import { InputError } from "../../policies/resources/input-error.js";
import { pastedToken } from "../../policies/tokens/pasted-token.js";
import { unverifiedHeader } from "../../policies/tokens/unverified-token.js";
import { aliasesOf } from "./mesh-fields.js";
import type { Scene, SceneMesh } from "./scene.js";

/**
 * Refuses a scene with such a field.
 * @throws InputError whose message begins with the field's name
 */
export function checkFields(scene: Scene): void {
  const { workload, mesh, request, token, claims, pasted } = scene;
  if (workload.trim() === "")
    throw new InputError("for: name the workload, its namespace and labels: foo/app=httpbin");
  checkMesh(mesh);
  checkMethod(request.method.trim());
  checkUrl(request.url.trim());
  checkHeaders(request.headers);
  checkAddress("remote", request.remote.trim());
  checkAddress("peer", request.peer.trim());
  if (token === "claims" && unverifiedHeader(claims.trim()) !== undefined)
    throw new InputError("claims: this is a token: choose “Pasted”, and paste it there");
  if (token === "pasted") checkKeySet(pasted.jwks.trim());
}

function checkMesh(mesh: SceneMesh): void {
  for (const name of ["namespace", "rootNamespace"] as const)
    if (!/^([a-z\d]([-a-z\d]*[a-z\d])?)?$/.test(mesh[name].trim()))
      throw new InputError(`${name}: expected the name of a namespace, such as istio-system`);
  for (const name of ["service", "serviceEntry"] as const) {
    const text = mesh[name].trim();
    if (text !== "" && !/^([-a-z\d]+\/)?[-.a-z\d]+$/.test(text))
      throw new InputError(`${name}: expected a name, or namespace/name, such as foo/httpbin`);
    if (text !== "" && (mesh.proxy === "sidecar" || mesh.proxy === "gateway"))
      throw new InputError(`${name}: a waypoint has traffic of Services; choose “a waypoint”, or name none`);
  }
  if (mesh.service.trim() !== "" && mesh.serviceEntry.trim() !== "")
    throw new InputError("serviceEntry: traffic is for one of them: name a Service, or a ServiceEntry");
  if (!/^[^\s/,]*$/.test(mesh.trustDomain.trim()))
    throw new InputError("trustDomain: expected a name such as cluster.local, without spiffe:// and slashes");
  if (aliasesOf(mesh).some((alias) => alias.includes("/")))
    throw new InputError(
      "trustDomainAliases: expected names with commas between them, without spiffe:// and slashes",
    );
}

function checkMethod(method: string): void {
  if (method === "") throw new InputError("method: write one, such as GET");
  if (/\s/.test(method)) throw new InputError("method: one word, such as GET; the path has its own field");
}

function checkUrl(url: string): void {
  if (url === "") throw new InputError("url: write a path such as /headers, or a URL");
  if (/\s/.test(url)) throw new InputError("url: no blank can stand in a path: write it as %20");
}

function checkHeaders(text: string): void {
  for (const [i, line] of text.split("\n").entries()) {
    const at = `header in line ${i + 1}`;
    if (/^\s*(-H|--header)\b/.test(line))
      throw new InputError(`${at}: write it without -H and without quotes: x-user: alice`);
    if (line.trim() !== "" && !/^\s*[^\s:]+\s*:/.test(line))
      throw new InputError(`${at}: expected "name: value", as "x-user: alice"`);
  }
}

/** As logs and curl print it, with the port. */
function checkAddress(name: "remote" | "peer", text: string): void {
  const [, four, six] = /^(?:(\d+(?:\.\d+){3}):\d+|\[([\da-f:.]+)\](?::\d+)?)$/i.exec(text) ?? [];
  const address = four ?? six;
  if (address !== undefined)
    throw new InputError(`${name}: expected an IP address alone, without brackets and port: ${address}`);
  if (text.includes(","))
    throw new InputError(`${name}: expected one IP address; lists stand in X-Forwarded-For`);
}

function checkKeySet(text: string): void {
  if (text.startsWith("{")) return;
  if (["jwt", "jwe", "broken"].includes(pastedToken(text).kind))
    throw new InputError(
      'jwks: this is a token; a key set is JSON, {"keys": […]}, as the issuer’s jwksUri answers it',
    );
  if (/^https?:\/\/\S+$/.test(text))
    throw new InputError("jwks: this page asks nobody: open that address, and paste what it answers");
}
