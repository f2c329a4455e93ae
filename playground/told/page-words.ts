// What the core says of options of the command, said of the fields of the page.

import { refusals } from "../../policies/evaluation/outcomes.js";

const fields: Readonly<Record<string, string>> = {
  peer: "TCP peer",
  remote: "Client address",
  sni: "Server name",
  principal: "Peer identity",
  certificate: "Certificate’s SHA-256",
  jwks: "Key set",
  destination: "Arrives at",
  metadata: "What other filters have left",
  gateway: "a gateway",
  waypoint: "a waypoint",
  service: "Service that the waypoint serves",
  "service-entry": "or ServiceEntry",
  namespace: "Namespace of objects that name none",
  "root-namespace": "Root namespace",
  "trust-domain": "Trust domain",
};

const whole: readonly (readonly [RegExp, string])[] = [
  [/Give the keys in a file: --jwks \S+=jwks\.json/g, "Paste the issuer's key set under “Key set”"],
  [/: --unverified$/g, ": “Assume that the signature is valid”"],
  [/taken for good, as --unverified says/g, "assumed to be valid, as you say"],
  [/is not asked for its keys because of --offline/g, "is not asked for its keys: this page asks nobody"],
  [
    /Give the token here, and the key set by --jwks issuer=file/g,
    "Paste the token here, and the key set under it",
  ],
  [/: name the workload that they are for, as --for /g, ": name the workload that they are for, as "],
  [/Sign a token with them, .* explain --claims @FILE/g, "Choose “Claims”, and put them there"],
  [
    /give what it makes: helm template \. \| jwt-policy check -/g,
    "Paste what it makes: the output of helm template",
  ],
  [/\(-n is that of objects which name none\)/g, "(“Where they run” has that of objects which name none)"],
  [/: -n (\S+)$/g, ": $1, under “Where they run”"],
  [/\. --strict refuses instead$/g, ""],
  [/^render it by --service(?:-entry)? (\S+)$/g, "name it under “Where they run”: $1"],
  [/: --metadata '(.*)'$/g, ": $1, under “What other filters have left”"],
  [/given by --jwks/g, "given as “Key set”"],
];

/** They are written for pages with code in them. */
const causesAndRemedies = refusals.flatMap(({ cause, remedy }) => [cause, remedy]);

function withoutTicks(text: string): string {
  const known = causesAndRemedies.find((one) => text.startsWith(one));
  return known === undefined ? text : known.replaceAll("`", "") + text.slice(known.length);
}

/** The text in the page's words. */
export function inPageWords(text: string): string {
  const told = whole.reduce((all, [from, to]) => all.replace(from, to), withoutTicks(text));
  return told.replace(/--([a-z]+(?:-[a-z]+)*)\b/g, (option, name: string) =>
    fields[name] === undefined ? option : `“${fields[name]}”`,
  );
}
