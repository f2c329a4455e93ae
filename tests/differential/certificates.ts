// A certificate authority for one process: the listeners' certificate, and client certificates with all kinds of names.
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** What a client certificate says of its owner. */
interface Names {
  readonly commonName?: string;
  readonly uris?: readonly string[];
  readonly dns?: readonly string[];
}

const clients: Record<string, Names> = {
  httpbin: { uris: ["spiffe://cluster.local/ns/foo/sa/httpbin"] },
  sleep: { uris: ["spiffe://cluster.local/ns/bar/sa/sleep"] },
  "httpbin of td1": { uris: ["spiffe://td1/ns/foo/sa/httpbin"] },
  "httpbin of old-td": { uris: ["spiffe://old-td/ns/foo/sa/httpbin"] },
  "default of prefix-foo": { uris: ["spiffe://cluster.local/ns/foo-x/sa/default"] },
  "longer path": { uris: ["spiffe://cluster.local/region/eu/ns/foo/sa/httpbin/pod/1"] },
  "nested namespaces": { uris: ["spiffe://cluster.local/ns/bar/ns/foo/sa/httpbin"] },
  "no account": { uris: ["spiffe://cluster.local/ns/foo/sa/"] },
  "upper case": { uris: ["spiffe://cluster.local/ns/FOO/sa/HttpBin"] },
  "trust domain only": { uris: ["spiffe://cluster.local"] },
  "trust domain and slash": { uris: ["spiffe://cluster.local/"] },
  "not spiffe": { uris: ["https://cluster.local/ns/foo/sa/httpbin"] },
  "inside another": { uris: ["https://x/spiffe://cluster.local/ns/foo/sa/httpbin"] },
  dns: { dns: ["client.example.com"] },
  "uri and dns": {
    uris: ["spiffe://cluster.local/ns/foo/sa/httpbin"],
    dns: ["client.example.com"],
    commonName: "cn",
  },
  "subject only": { commonName: "spiffe://cluster.local/ns/foo/sa/httpbin" },
  "no names": {},
  "two uris": { uris: ["spiffe://cluster.local/ns/foo/sa/first", "spiffe://cluster.local/ns/foo/sa/second"] },
};

/** Names of the client certificates. */
export const clientNames: readonly string[] = Object.keys(clients);

interface Issued {
  readonly certificate: string;
  readonly key: KeyObject;
}

const authorityName: Names = { commonName: "differential test authority" };
let authority: Issued | undefined;
const issued = new Map<string, Issued>();

function issuer(): Issued {
  authority ??= issue(authorityName, undefined);
  return authority;
}

function issuedTo(name: string, names: Names): Issued {
  let found = issued.get(name);
  if (found === undefined) {
    found = issue(names, issuer());
    issued.set(name, found);
  }
  return found;
}

const keyText = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }) as string;

/** The listeners' certificate and key, and the authority that signs clients, as PEM. */
export function serverCertificate(): { certificate: string; privateKey: string; authority: string } {
  const { certificate, key } = issuedTo("server", { commonName: "listener", dns: ["example.com"] });
  return { certificate, privateKey: keyText(key), authority: issuer().certificate };
}

/** A client's certificate and key, as PEM. Throws if no client has that name. */
export function clientCertificate(name: string): { cert: string; key: string } {
  const names = clients[name];
  if (names === undefined) throw new Error(`no client certificate ${name}`);
  const { certificate, key } = issuedTo(`client ${name}`, names);
  return { cert: certificate, key: keyText(key) };
}

// X.509 (RFC 5280 §4.1) in DER: just what these certificates need.

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const integer = (value: number) => der(0x02, Buffer.from([value]));
const octets = (content: Buffer) => der(0x04, content);
const text = (tag: number, value: string) => der(tag, Buffer.from(value, "utf8"));
const identifier = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);

const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));
const commonName = identifier("550403");
const basicConstraints = identifier("551d13");
const subjectAltName = identifier("551d11");
const keyUsage = identifier("551d0f");
const critical = der(0x01, Buffer.from([0xff]));

function distinguishedName(names: Names): Buffer {
  if (names.commonName === undefined) return sequence();
  return sequence(der(0x31, sequence(commonName, text(0x0c, names.commonName))));
}

let serial = 1;

function issue(names: Names, by: Issued | undefined): Issued {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isAuthority = by === undefined;
  const alternative = [
    ...(names.uris ?? []).map((uri) => text(0x86, uri)),
    ...(names.dns ?? []).map((dns) => text(0x82, dns)),
  ];
  const extensions = [
    sequence(basicConstraints, critical, octets(isAuthority ? sequence(critical) : sequence())),
    // keyCertSign for the authority, digitalSignature for everyone else (RFC 5280 §4.2.1.3).
    sequence(keyUsage, critical, octets(der(0x03, Buffer.from(isAuthority ? [2, 0x04] : [7, 0x80])))),
    ...(alternative.length > 0 ? [sequence(subjectAltName, octets(sequence(...alternative)))] : []),
  ];
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial++),
    ecdsaWithSha256,
    distinguishedName(authorityName),
    sequence(text(0x17, "200101000000Z"), text(0x17, "491231235959Z")),
    distinguishedName(names),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, by?.key ?? privateKey);
  const whole = sequence(body, ecdsaWithSha256, bits(signature)).toString("base64");
  const lines = whole.match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey,
  };
}
