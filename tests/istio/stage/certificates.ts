// The authority that everything on the stage trusts beside the machine's own, and the certificate of what is outside the mesh.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "./namespace.js";

/** The names that the world answers to over TLS. */
const NAMES = ["idp.example.com", "registry.example.com"];

/** The machine's authorities, where Go, Istio's agent and Envoy look for them. */
export const SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

export interface StageCertificates {
  /** PEM, of the certificate for `NAMES`. */
  readonly key: string;
  readonly certificate: string;
  /** A file in the place of SYSTEM_AUTHORITIES: those, and the stage's. */
  readonly authorities: string;
  /** Of the API server's service account tokens. */
  readonly tokenKey: string;
  readonly tokenPublicKey: string;
}

/** A certificate for another name, of the same authority. */
export async function certificateFor(
  name: string,
  directory: string,
): Promise<{ readonly key: string; readonly certificate: string }> {
  const at = (file: string) => join(directory, file);
  const openssl = (...args: string[]) => runProgram("openssl", args);
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  await openssl("req", ...newKey, "-subj", "/CN=other", "-keyout", at("other.key"), "-out", at("other.csr"));
  await writeFile(at("names"), `subjectAltName=DNS:${name}\n`);
  await openssl(
    ...["x509", "-req", "-days", "2", "-in", at("other.csr"), "-out", at("other.pem")],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("names")],
  );
  return {
    key: await readFile(at("other.key"), "utf8"),
    certificate: await readFile(at("other.pem"), "utf8"),
  };
}

/** Makes them anew, in a directory that is there. */
export async function makeCertificates(directory: string): Promise<StageCertificates> {
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => runProgram("openssl", args);
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  await openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=jwt-policy stage"],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  );
  await openssl("req", ...newKey, "-subj", "/CN=world", "-keyout", at("world.key"), "-out", at("world.csr"));
  await writeFile(at("names"), `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(",")}\n`);
  await openssl(
    ...["x509", "-req", "-days", "2", "-in", at("world.csr"), "-out", at("world.pem")],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("names")],
  );
  await openssl("genrsa", "-out", at("tokens.key"), "2048");
  await openssl("rsa", "-in", at("tokens.key"), "-pubout", "-out", at("tokens.pub"));
  const authorities = [await readFile(SYSTEM_AUTHORITIES, "utf8"), await readFile(at("ca.pem"), "utf8")];
  await writeFile(at("authorities.pem"), authorities.join("\n"));
  return {
    key: await readFile(at("world.key"), "utf8"),
    certificate: await readFile(at("world.pem"), "utf8"),
    authorities: at("authorities.pem"),
    tokenKey: at("tokens.key"),
    tokenPublicKey: at("tokens.pub"),
  };
}
