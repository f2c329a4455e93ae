// Certificates of issuers that serve HTTPS: good ones of an authority, and each kind of bad one.

import type { KeyObject } from "node:crypto";
import {
  bits,
  commonName,
  der,
  identifier,
  integer,
  octets,
  pem,
  sequence,
  text,
} from "../../differential/certificates/der.js";
import { ecKeys } from "../../seeded/keys.js";
import { signatureOf } from "../../seeded/signature.js";

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** Undefined: an authority. */
  readonly name: string | undefined;
  /** `YYMMDD` of the last day. */
  readonly until?: string;
  /** Whose key signs it; default: the authority of the tests. */
  readonly signer?: "authority" | "itself";
}

const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));
const critical = der(0x01, Buffer.from([0xff]));
const authorityName = "authority of the issuers of tests";
const authorityKeys = ecKeys("P-256", authorityName);
let serial = 1;

/** A certificate, made anew. */
export function certificate({ name, until = "491231", signer = "authority" }: Wanted): Certificate {
  const keys = name === undefined ? authorityKeys : ecKeys("P-256", `issuer ${name} ${until} ${signer}`);
  const by: KeyObject = signer === "itself" ? keys.privateKey : authorityKeys.privateKey;
  const isAuthority = name === undefined;
  const extensions = [
    sequence(identifier("551d13"), critical, octets(isAuthority ? sequence(critical) : sequence())),
    sequence(
      identifier("551d0f"),
      critical,
      octets(der(0x03, Buffer.from(isAuthority ? [2, 0x04] : [7, 0x80]))),
    ),
    ...(name === undefined
      ? []
      : [sequence(identifier("551d11"), octets(sequence(der(0x82, Buffer.from(name)))))]),
  ];
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial++),
    ecdsaWithSha256,
    commonName(signer === "itself" ? name : authorityName),
    sequence(text(0x17, "200101000000Z"), text(0x17, `${until}235959Z`)),
    commonName(name ?? authorityName),
    keys.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = signatureOf("ES256", by, body, { der: true });
  return {
    cert: pem(sequence(body, ecdsaWithSha256, bits(signature))),
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}
