// Every check by its id: what `check --list` prints and docs/checks.md holds.

import { wrapped } from "../text/printable.js";
import type { Severity } from "./finding.js";

export interface CheckRow {
  readonly id: string;
  /** The usual one; some warnings are notes where the files do not tell enough. */
  readonly severity: Severity;
  readonly title: string;
  /** Whether --fix can mend it. */
  readonly fixable?: true;
}

export const checkTable: readonly CheckRow[] = [
  {
    id: "JP001",
    severity: "error",
    title: "The action CUSTOM, which the filter cannot enforce (`check`: a note)",
  },
  { id: "JP002", severity: "error", title: "`render`: no policy applies to the workload" },
  { id: "JP003", severity: "error", title: "Something that Istio takes, and the filter refuses" },
  {
    id: "JP004",
    severity: "warning",
    title: "`render`: a VirtualService routes by claims, which needs the native filter",
  },
  { id: "JP005", severity: "note", title: "`render`: keys whose place the issuer names" },
  { id: "JP006", severity: "note", title: "`render --as envoy`: something that the listener does not have" },
  {
    id: "JP007",
    severity: "warning",
    title: "`render`, `explain`: a policy that names no namespace, and is left out",
  },
  {
    id: "JP008",
    severity: "warning",
    title: "`render`: something that is left out: a policy for some of the plugin's pods alone, gateways",
  },
  {
    id: "JP009",
    severity: "error",
    title: "`render`: two different objects of one kind, namespace and name",
  },
  { id: "JP010", severity: "note", title: "`render`: a host that is taken for a Service of the cluster" },
  {
    id: "JP011",
    severity: "error",
    title: "`render`: two plugins for the same pods (a warning where labels do not tell)",
  },
  {
    id: "JP012",
    severity: "error",
    title: "`render`, `explain`, `test`: two JWTPolicyExtensions that say the same part for one workload",
  },
  {
    id: "JP100",
    severity: "error",
    title: "A value of another type than the field's; unquoted numbers and booleans",
    fixable: true,
  },
  {
    id: "JP101",
    severity: "error",
    title: "A field that does not exist; the API server drops or refuses it",
  },
  {
    id: "JP102",
    severity: "error",
    title: "A value that the CRD does not allow: its length, its form, its choices, a list's length",
    fixable: true,
  },
  { id: "JP103", severity: "error", title: "A required field is missing" },
  { id: "JP104", severity: "error", title: "Fields that exclude each other, and the CRD's other rules" },
  { id: "JP105", severity: "error", title: "A selector or targetRef that Istio does not take" },
  {
    id: "JP106",
    severity: "error",
    title: "Something empty that must not be: a source, an operation, a value, a name",
  },
  { id: "JP107", severity: "error", title: "No IP address, range or port" },
  { id: "JP108", severity: "error", title: "A path template that Istio does not take" },
  { id: "JP109", severity: "error", title: "A condition with an unknown key, or without values" },
  { id: "JP110", severity: "error", title: "Rules, provider and action do not go together" },
  { id: "JP111", severity: "error", title: "An annotation that Istio does not take" },
  { id: "JP112", severity: "error", title: "An issuer, jwksUri or jwks that Istio does not take" },
  { id: "JP113", severity: "error", title: "No header name, or a timeout that Istio does not take" },
  { id: "JP114", severity: "error", title: "A service account or trust domain of another form" },
  {
    id: "JP115",
    severity: "error",
    title: "An apiVersion or kind that does not exist, where a policy is meant",
  },
  { id: "JP150", severity: "warning", title: "A selector without labels" },
  {
    id: "JP151",
    severity: "warning",
    title: "A DENY rule with HTTP attributes only, which denies all TCP traffic",
  },
  { id: "JP152", severity: "warning", title: "Private key material in jwks" },
  {
    id: "JP201",
    severity: "warning",
    title: "A RequestAuthentication that no AuthorizationPolicy backs: requests without a token pass",
  },
  {
    id: "JP202",
    severity: "warning",
    title: "A principal with one slash, of an issuer that ends in a slash",
    fixable: true,
  },
  { id: "JP203", severity: "warning", title: "A principal, or iss, of an issuer that no JWT rule has" },
  {
    id: "JP204",
    severity: "warning",
    title: "A method, path, host, namespace or principal that no request can have",
  },
  { id: "JP205", severity: "warning", title: "A rule that contradicts itself" },
  { id: "JP206", severity: "warning", title: "A claim that is a number or boolean: only strings match" },
  { id: "JP207", severity: "warning", title: "A value with a space for a claim that is split at spaces" },
  { id: "JP208", severity: "warning", title: "A claim name with dots, where a nested claim is likely meant" },
  { id: "JP209", severity: "warning", title: "A `*` that is no wildcard" },
  { id: "JP210", severity: "warning", title: "A host without a port" },
  { id: "JP211", severity: "warning", title: "An ALLOW rule that a DENY rule swallows" },
  { id: "JP212", severity: "note", title: "A DENY rule for what no ALLOW policy allows" },
  {
    id: "JP213",
    severity: "warning",
    title: "An ALLOW policy or rule beside one that allows all of it anyway",
  },
  {
    id: "JP214",
    severity: "warning",
    title: "CORS preflights that a policy denies, where browsers come from other origins",
  },
  { id: "JP215", severity: "warning", title: "A selector or targetRef that meets nothing in the files" },
  {
    id: "JP216",
    severity: "warning",
    title: "A Service port whose name tells no protocol (Istio's IST0118)",
  },
  {
    id: "JP217",
    severity: "error",
    title: "An unquoted number or boolean in a name, label or annotation",
    fixable: true,
  },
  {
    id: "JP218",
    severity: "warning",
    title: "A label or annotation key that YAML takes for a boolean or number",
    fixable: true,
  },
  { id: "JP219", severity: "warning", title: "Two objects of one kind, namespace and name" },
  {
    id: "JP220",
    severity: "warning",
    title: "A condition on a header from which the token has been removed",
  },
  { id: "JP221", severity: "warning", title: "Keys fetched over http from outside the mesh" },
  { id: "JP222", severity: "warning", title: "An empty list, which constrains nothing" },
  {
    id: "JP223",
    severity: "error",
    title: "An https issuer that the filter calls without TLS, by the DestinationRules in the files",
  },
  {
    id: "JP224",
    severity: "warning",
    title: "A Sidecar whose egress keeps an issuer's host from proxies that fetch keys there",
  },
  {
    id: "JP225",
    severity: "error",
    title: "A Service port that Istio does not take for HTTP: what comes in there goes past the filter",
  },
  {
    id: "JP226",
    severity: "note",
    title: "Keys that are discovered, of an issuer that keeps them on another origin",
  },
  {
    id: "JP227",
    severity: "error",
    title: "Two plugins of this filter for the same pods (a warning where labels do not tell)",
  },
  {
    id: "JP228",
    severity: "warning",
    title:
      "A rule on principals or claims where no RequestAuthentication applies (a note where there is none)",
  },
  { id: "JP229", severity: "warning", title: "`- from` and `- to` as two rules, each of which is enough" },
  {
    id: "JP230",
    severity: "warning",
    title: "`spiffe://` in a principal, which has no scheme",
    fixable: true,
  },
  { id: "JP231", severity: "warning", title: "A policy without rules that shuts a gateway, too" },
  { id: "JP232", severity: "warning", title: "A policy for a gateway that is in another namespace" },
  { id: "JP233", severity: "warning", title: "A jwksUri that is no address of keys" },
  {
    id: "JP234",
    severity: "warning",
    title: "An issuer or audience that no token has: placeholders, blanks, wildcards",
  },
  {
    id: "JP235",
    severity: "warning",
    title: "Quotes, blanks, indexes or colons in the brackets of a condition's key",
    fixable: true,
  },
  { id: "JP236", severity: "warning", title: "A regular expression, or a list in one string, as a value" },
  {
    id: "JP237",
    severity: "warning",
    title: "The header of a claim with dots in its name, or written as a condition's key",
  },
  {
    id: "JP238",
    severity: "warning",
    title: "A required token, and a rule of another issuer that refuses it in the same places",
  },
  {
    id: "JP239",
    severity: "error",
    title: "A field that the Istio of `--istio-version` does not have",
  },
  { id: "JP240", severity: "warning", title: "A place of tokens in which none is found" },
  {
    id: "JP241",
    severity: "warning",
    title: "A rule on headers of the Model Context Protocol that a client can pass by",
  },
  {
    id: "JP242",
    severity: "warning",
    title: "Tokens that are held to a client certificate where clients' certificates do not come",
  },
  {
    id: "JP243",
    severity: "warning",
    title:
      "A DENY rule on a number in a claim, or on what a claim equals, which a token without that claim passes by",
  },
  {
    id: "JP244",
    severity: "warning",
    title: "A claim compared with a header that a JWT rule writes",
  },
  { id: "JP245", severity: "warning", title: "The port of a Service, where the workload's own is compared" },
  {
    id: "JP246",
    severity: "warning",
    title: "A policy by selector that a waypoint does not obey, or that ztunnel cannot",
  },
  {
    id: "JP247",
    severity: "warning",
    title: "An annotation or label that is nearly `istio.io/dry-run`: the policy is enforced",
  },
  { id: "JP248", severity: "warning", title: "An address range with bits behind its prefix" },
  {
    id: "JP249",
    severity: "warning",
    title: "A header compared where the client's address, the path, the host or one cookie is meant",
  },
  {
    id: "JP250",
    severity: "warning",
    title: "An ALLOW rule that asks only for an Authorization header, whatever is in it",
  },
  {
    id: "JP251",
    severity: "warning",
    title: "A JWT rule's output in the header of a token, of another output, or of a proxy",
  },
  {
    id: "JP252",
    severity: "warning",
    title: "A condition on an audience whose tokens every JWT rule refuses",
  },
  { id: "JP253", severity: "warning", title: "A whole principal where the claim sub is compared" },
  {
    id: "JP254",
    severity: "warning",
    title: "Alternatives that each leave something out, and together take everything",
  },
  { id: "JP255", severity: "warning", title: "A value beside `*`, which takes all of them" },
  { id: "JP301", severity: "error", title: "The filter's configuration: a field that does not exist" },
  {
    id: "JP302",
    severity: "error",
    title: "The filter's configuration: a value of another type",
    fixable: true,
  },
  {
    id: "JP303",
    severity: "error",
    title: "The filter's configuration: a value that its schema does not allow, or a field that is missing",
  },
  {
    id: "JP304",
    severity: "error",
    title: "The filter's configuration: something else that the filter refuses",
  },
  { id: "JP305", severity: "warning", title: "A filter that lets every request through if it cannot run" },
  {
    id: "JP306",
    severity: "warning",
    title: "A WasmPlugin that judges the workload's own requests to others too",
  },
  {
    id: "JP307",
    severity: "warning",
    title: "The filter's configuration: keys of an issuer on another origin, which `clusters` does not name",
  },
  { id: "JP308", severity: "warning", title: "An image from a registry that stands for another in examples" },
  { id: "JP309", severity: "note", title: "An image by its tag: what runs changes when the tag does" },
  { id: "JP310", severity: "error", title: "A name that Kubernetes refuses" },
  { id: "JP401", severity: "error", title: "A document that is not readable as YAML or JSON" },
  { id: "JP402", severity: "warning", title: "A template of Helm or the like, of which nothing is read" },
  { id: "JP403", severity: "error", title: "A file that cannot be read" },
];

/** The table for a terminal. */
export function checkTableText(width: number): string {
  const rows = checkTable.map(({ id, severity, title, fixable }) =>
    wrapped(
      `${title.replaceAll("`", "")}${fixable ? " (--fix mends it)" : ""}`,
      width,
      `${id}  ${severity.padEnd(7)}  `,
    ),
  );
  return `${rows.join("\n")}\n`;
}

/** The table as Markdown. */
export function checkTableMarkdown(): string {
  const rows = checkTable.map(
    ({ id, severity, title, fixable }) => `| ${id} | ${severity} | ${title} | ${fixable ? "yes" : ""} |`,
  );
  return ["| id | severity | what it finds | `--fix` |", "|---|---|---|---|", ...rows, ""].join("\n");
}
