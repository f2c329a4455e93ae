// A certificate authority: the listeners' certificate, and client certificates with all kinds of names.
import type { KeyObject } from "node:crypto";
import type { PeerNameKeys } from "../../../policies/render/envoy/peer-names-filter.js";
import { ecKeys } from "../../seeded/keys.js";
import { signatureOf } from "../../seeded/signature.js";
import { bits, commonName, der, identifier, integer, octets, pem, sequence, text } from "./der.js";

/** What a client certificate says of its owner. SANs are byte strings: one character a byte. */
export interface Names {
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

const spiffe = (account: string, namespace = "foo") => `spiffe://cluster.local/ns/${namespace}/sa/${account}`;

/** Clients with more than one name of a kind, or a comma in one, which Envoy does not escape. */
export const severalNames: Readonly<Record<string, Names>> = {
  "two uris, one of bar": { uris: [spiffe("first"), spiffe("third", "bar")] },
  "three uris": { uris: [spiffe("first"), spiffe("second"), spiffe("third", "bar")] },
  "three uris of other domains": {
    uris: ["spiffe://other.example/ns/x/sa/y", "https://example.com/", spiffe("second")],
  },
  "two dns": { dns: ["a.example.com", spiffe("second")] },
  "three dns": { dns: ["a.example.com", "b.example.com", spiffe("second")] },
  "many dns": { dns: Array.from({ length: 60 }, (_, i) => `host-${i}.example.com`), uris: [spiffe("first")] },
  "three of both": {
    uris: [spiffe("first"), spiffe("third", "bar"), "spiffe://other.example/a"],
    dns: ["a.example.com", "b.example.com", "c.example.com"],
    commonName: "cn",
  },
  "a comma in the only uri": { uris: [`${spiffe("first")},${spiffe("second")}`] },
  "a comma in the first uri": { uris: [`${spiffe("first")},${spiffe("second")}`, spiffe("third", "bar")] },
  "a comma in the second uri": { uris: [spiffe("first"), `https://example.com/x,${spiffe("second")}`] },
  "commas in three uris": { uris: [`${spiffe("first")},a`, `b,${spiffe("second")},`, ",c"] },
  "a comma in the only dns": { dns: [`a.example.com,${spiffe("second")}`] },
  "a comma in the second dns": { dns: ["a.example.com", `b.example.com,${spiffe("second")}`] },
  "commas alone": { uris: [",", ",,"] },
  "an empty uri first": { uris: ["", spiffe("second")] },
  "an empty uri last": { uris: [spiffe("first"), ""] },
  "a uri that is a dash": { uris: ["-"] },
  "a dash and another": { uris: ["-", spiffe("second")] },
  "a byte that is no UTF-8 behind": { uris: [spiffe("second\xe9")] },
  "a byte that is no UTF-8 in front": { uris: [`spiffe://\xff.cluster.local/ns/bar/sa/third`] },
  "a byte that is no UTF-8 within": { uris: ["spiffe://cluster.local/ns/bar/\xc0/sa/third"] },
};

/** Names of the client certificates with one name of a kind, and of one with two. */
export const clientNames: readonly string[] = Object.keys(clients);

/** What a client's certificate says. */
export function namesOf(client: string): Names {
  return clients[client] ?? severalNames[client] ?? {};
}

interface Issued {
  readonly certificate: string;
  readonly key: KeyObject;
}

const authorityName: Names = { commonName: "differential test authority" };
let authority: Issued | undefined;
const issued = new Map<string, Issued>();

function issuer(): Issued {
  authority ??= issue("authority", authorityName, undefined);
  return authority;
}

function issuedTo(name: string, names: Names): Issued {
  let found = issued.get(name);
  if (found === undefined) {
    found = issue(name, names, issuer());
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

/** What the filters ahead of a policy's filter leave of a client's certificate: its names as Envoy prints them, and itself. */
export function certificateState(
  keys: PeerNameKeys,
  client: string | undefined,
): Record<string, string> | undefined {
  if (keys.peerUriSans === undefined) return undefined;
  const { uris, dns } = namesOf(client ?? "");
  const certificate = client === undefined ? "-" : encodeURIComponent(clientCertificate(client).cert);
  const joined = (list: readonly string[] = []) => list.join() || "-";
  const state: [string | undefined, string][] = [
    [keys.peerUriSans, joined(uris)],
    [keys.peerDnsSans, joined(dns)],
    [keys.peerCertificate, certificate],
  ];
  return Object.fromEntries(state.filter((one): one is [string, string] => one[0] !== undefined));
}

/** A certificate with these names, as PEM. */
export function certificateNaming(names: Names): string {
  return issue("of its own names", names, issuer()).certificate;
}

/** A client's certificate and key, as PEM. Throws if no client has that name. */
export function clientCertificate(name: string): { cert: string; key: string } {
  const names = clients[name] ?? severalNames[name];
  if (names === undefined) throw new Error(`no client certificate ${name}`);
  const { certificate, key } = issuedTo(`client ${name}`, names);
  return { cert: certificate, key: keyText(key) };
}

const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));
const basicConstraints = identifier("551d13");
const subjectAltName = identifier("551d11");
const keyUsage = identifier("551d0f");
const critical = der(0x01, Buffer.from([0xff]));

let serial = 1;

function issue(name: string, names: Names, by: Issued | undefined): Issued {
  const { privateKey, publicKey } = ecKeys("P-256", `certificate ${name}`);
  const isAuthority = by === undefined;
  const alternative = [
    ...(names.uris ?? []).map((uri) => der(0x86, Buffer.from(uri, "latin1"))),
    ...(names.dns ?? []).map((dns) => der(0x82, Buffer.from(dns, "latin1"))),
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
    commonName(authorityName.commonName),
    sequence(text(0x17, "200101000000Z"), text(0x17, "491231235959Z")),
    commonName(names.commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = signatureOf("ES256", by?.key ?? privateKey, body, { der: true });
  return { certificate: pem(sequence(body, ecdsaWithSha256, bits(signature))), key: privateKey };
}
