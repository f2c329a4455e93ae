// Where this system keeps the certificate authorities that it trusts.

import { existsSync } from "node:fs";

const candidates = [
  // Debian, Ubuntu, Alpine, distroless
  "/etc/ssl/certs/ca-certificates.crt",
  // Fedora, RHEL
  "/etc/pki/tls/certs/ca-bundle.crt",
  // openSUSE
  "/etc/ssl/ca-bundle.pem",
  // macOS, FreeBSD
  "/etc/ssl/cert.pem",
];

/** The first that is there; the first of all where none is, for an Envoy that runs somewhere else. */
export function systemCaFile(): string {
  return candidates.find((file) => existsSync(file)) ?? candidates[0]!;
}
