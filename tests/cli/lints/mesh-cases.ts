// Lints about what Istio does with a plugin: JP223 to JP225, JP227.

import { authentication, from, HERE, policy, rule, selecting, to, type LintTable } from "./lint-case.js";

interface Plugin {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly uri?: string;
  readonly spec?: string;
  readonly kind?: string;
}

const idp = "https://idp.example.com";

/** A WasmPlugin; the mark is at its jwksUri. */
const plugin = ({
  namespace = "foo",
  cluster,
  uri = `${idp}/keys`,
  spec,
}: Plugin = {}) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: p, namespace: ${namespace}}
spec:
  ${spec ?? "selector: {matchLabels: {app: a}}"}
  match: [{mode: SERVER}]
  pluginName: jwt-policy
  pluginConfig:
    requestAuthentications: [{jwtRules: [{issuer: i, jwksUri: ${HERE}'${uri}'}]}]
    ${cluster === undefined ? "" : `clusters: {'${idp}': '${cluster}'}`}
---
`;
const unmarked = (yaml: string) => yaml.replaceAll(HERE, "");
/** The same whose rule has its keys inline, and a further set where the mark is. */
const further = plugin()
  .replace(`jwksUri: ${HERE}'${idp}/keys'`, `jwks: '{"keys": []}'`)
  .replace(
    "  pluginConfig:\n",
    `$&    extensions: {keySources: [{issuer: i, jwksUris: [${HERE}'${idp}/keys']}]}\n`,
  );
const good = (options?: Plugin) => unmarked(plugin(options));

const networking = (kind: string, spec: string, namespace = "foo") => `apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: n, namespace: ${namespace}}
spec: ${spec}
---
`;
const tls = "tls: {mode: SIMPLE, sni: idp.example.com, subjectAltNames: [idp.example.com]}";
const host = "host: idp.example.com";
const entry = (namespace = "foo") =>
  networking(
    "ServiceEntry",
    "{hosts: [idp.example.com], ports: [{number: 443, name: https, protocol: HTTPS}]}",
    namespace,
  );
const destination = (spec: string, namespace?: string) =>
  networking("DestinationRule", `{${host}, ${spec}}`, namespace);
const inSubset = `subsets: [{name: jwks, trafficPolicy: {${tls}}}]`;
const onAll = `trafficPolicy: {${tls}}`;
const onPort = (number: number) =>
  `trafficPolicy: {portLevelSettings: [{port: {number: ${number}}, ${tls}}]}`;
const subset = "outbound|443|jwks|idp.example.com";

const withoutTls: LintTable = {
  id: "JP223",
  cases: [
    {
      name: "TLS for a subset that is not called",
      yaml: plugin() + entry() + destination(inSubset),
      severity: "error",
      says: `"${idp}": "${subset}"`,
    },
    { name: "a ServiceEntry alone", yaml: plugin() + entry(), severity: "error" },
    { name: "a further key set", yaml: further + entry(), severity: "error" },
    {
      name: "a subset that no rule has",
      yaml: plugin({ cluster: subset }) + destination(onAll),
      severity: "error",
      says: "subset",
    },
    {
      name: "TLS switched off",
      yaml: plugin() + destination("trafficPolicy: {tls: {mode: DISABLE}}"),
      severity: "error",
    },
    { name: "TLS of another port", yaml: plugin() + destination(onPort(8443)), severity: "error" },
    {
      name: "a port's settings, which leave TLS of the host out",
      yaml:
        plugin() +
        destination(
          `trafficPolicy: {${tls}, portLevelSettings: [{port: {number: 443}, connectionPool: {}}]}`,
        ),
      severity: "error",
    },
    {
      name: "the rule of the proxies' own namespace before another's",
      yaml:
        plugin({ cluster: "outbound|443||idp.example.com" }) +
        entry("bar") +
        destination("subsets: []") +
        destination(onAll, "bar"),
      severity: "error",
    },
    {
      name: "a rule that is not exported",
      yaml: plugin() + entry("bar") + destination(`exportTo: ['.'], ${onAll}`, "bar"),
      severity: "error",
    },
    {
      name: "but not the subset that is called",
      yaml: good({ cluster: subset }) + entry() + destination(inSubset),
    },
    { name: "nor TLS on the whole host", yaml: good() + entry() + destination(onAll) },
    {
      name: "nor a subset that leaves TLS to the host",
      yaml: good({ cluster: subset }) + destination(`${onAll}, subsets: [{name: jwks}]`),
    },
    { name: "nor TLS on its port", yaml: good() + destination(onPort(443)) },
    {
      name: "nor by a wildcard",
      yaml: good() + networking("DestinationRule", `{host: '*.example.com', ${onAll}}`),
    },
    {
      name: "nor of two rules that add up",
      yaml: good({ cluster: subset }) + destination("trafficPolicy: {}") + destination(inSubset),
    },
    {
      name: "nor one that another namespace exports",
      yaml: good() + entry("bar") + destination(onAll, "bar"),
    },
    {
      name: "nor where the files do not tell",
      yaml: good() + networking("DestinationRule", "{host: other.example.com}"),
    },
    { name: "nor a cluster that Istio does not make", yaml: good({ cluster: "idp" }) + entry() },
    { name: "nor by http", yaml: good({ uri: "http://idp.example.com/" }) + destination(inSubset) },
    {
      name: "nor a plugin of somebody else's",
      yaml:
        good().replace("jwt-policy", "waf").replace("requestAuthentications", "rules") + entry() + rule("{}"),
    },
  ],
};

const sidecar = (hosts: string, { namespace = "foo", selector = "" } = {}) =>
  networking("Sidecar", `{${selector}egress: ${HERE}[{hosts: [${hosts}]}]}`, namespace);

const hidden: LintTable = {
  id: "JP224",
  cases: [
    { name: "other namespaces alone", yaml: good() + sidecar("istio-system/*"), says: '"./idp.example.com"' },
    { name: "a further key set", yaml: unmarked(further) + sidecar("istio-system/*") },
    { name: "another host", yaml: good() + sidecar("./other.example.com, './*.example.org'") },
    { name: "nothing at all", yaml: good() + sidecar("'~/*'") },
    {
      name: "the root namespace's, where there is no other",
      yaml: good() + sidecar("istio-system/*", { namespace: "istio-system" }),
      says: '"foo/idp.example.com"',
    },
    {
      name: "for the same pods",
      yaml: good() + sidecar("istio-system/*", { selector: "workloadSelector: {labels: {app: a}}, " }),
    },
    {
      name: "a host of another namespace",
      yaml: good() + entry("bar") + sidecar("'./*'"),
      says: '"bar/idp.example.com"',
    },
    {
      name: "a Service's namespace",
      yaml: good({ uri: "http://idp.auth.svc.cluster.local/" }) + sidecar("'./*'"),
      says: "auth/",
    },
    { name: "but not its own namespace", yaml: unmarked(good() + sidecar("'./*', istio-system/*")) },
    { name: "nor all", yaml: unmarked(good() + sidecar("'*/*'")) },
    {
      name: "nor the host",
      yaml:
        unmarked(good() + sidecar("./idp.example.com")) + unmarked(good() + sidecar("'foo/*.example.com'")),
    },
    {
      name: "nor for other pods",
      yaml: unmarked(
        good() + sidecar("istio-system/*", { selector: "workloadSelector: {labels: {app: b}}, " }),
      ),
    },
    { name: "nor without egress", yaml: good() + networking("Sidecar", "{ingress: []}") },
    {
      name: "nor another namespace's",
      yaml: unmarked(good() + sidecar("istio-system/*", { namespace: "bar" })),
    },
    {
      name: "nor without a plugin: istiod fetches native's keys",
      yaml: unmarked(authentication(`{issuer: i, jwksUri: '${idp}'}`) + sidecar("istio-system/*")),
    },
  ],
};

const service = (ports: string, selector = "app: a", more = "") => `apiVersion: v1
kind: Service
metadata: {name: s, namespace: foo}
spec: {selector: {${selector}}, ${more}ports: [${ports}]}
---
`;
const tcpWeb = `{name: ${HERE}tcp-web, port: 80}`;
const deployment = (labels: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: foo}
spec: {template: {metadata: {labels: {${labels}}}}}
---
`;
const onRequests = (labels = "app: a") =>
  policy(`{${selecting(labels)}rules: [${from("requestPrincipals: ['*']")}]}`);
const targetRefs = (name: string) => `targetRefs: [{kind: Service, group: '', name: ${name}}]`;

const opaque: LintTable = {
  id: "JP225",
  cases: [
    { name: "tcp by name", yaml: good() + service(tcpWeb), severity: "error", says: "http-web" },
    {
      name: "with the policy that closes it",
      yaml: good() + service(`{name: ${HERE}tcp-web, port: 80, targetPort: 8080}`),
      severity: "error",
      says: `rules: [{to: [{operation: {ports: ["8080"], notMethods: ["*"]}}]}], then render with --tcp-port 80`,
    },
    {
      name: "with that of a pod's port by its name",
      yaml: good() + service(`{name: ${HERE}tcp-web, port: 80, targetPort: web}`),
      severity: "error",
      says: `rules: [{to: [{operation: {notMethods: ["*"]}}]}], then`,
    },
    { name: "tcp alone", yaml: good() + service(`{name: ${HERE}tcp, port: 80}`), severity: "error" },
    {
      name: "TLS of the workload's own",
      yaml: good() + service(`{name: ${HERE}https, port: 443}, {name: ${HERE}TLS-b, port: 444}`),
      severity: "error",
    },
    {
      name: "an appProtocol, whatever the name",
      yaml: good() + service(`{name: http, port: 80, appProtocol: ${HERE}tcp}`),
      severity: "error",
    },
    {
      name: "wss",
      yaml: good() + service(`{name: http, port: 80, appProtocol: ${HERE}kubernetes.io/wss}`),
      severity: "error",
    },
    {
      name: "a port that Istio knows",
      yaml: good() + service(`${HERE}{port: 3306}`),
      severity: "error",
      says: "3306",
    },
    { name: "one of two", yaml: good() + service(`{name: http, port: 80}, ${tcpWeb}`), severity: "error" },
    {
      name: "for a plugin without labels",
      yaml: good({ spec: "phase: AUTHN" }) + service(tcpWeb, "app: z"),
      severity: "error",
    },
    {
      name: "of the root namespace",
      yaml: good({ namespace: "istio-system" }) + service(tcpWeb),
      severity: "error",
    },
    {
      name: "for a waypoint's Service",
      yaml: good({ spec: targetRefs("s") }) + service(tcpWeb, "app: z"),
      severity: "error",
    },
    {
      name: "by the pods' labels",
      yaml: good() + service(tcpWeb, "tier: web") + deployment("app: a, tier: web"),
      severity: "error",
    },
    {
      name: "what Istio is to find out",
      yaml: good() + service(`{name: ${HERE}web, port: 80}, ${HERE}{port: 81}`),
      severity: "error",
      says: "behind an empty line",
    },
    {
      name: "for policies on requests, which close it",
      yaml: onRequests() + service(tcpWeb),
      severity: "error",
      says: "AuthorizationPolicy foo/allow",
    },
    {
      name: "but not HTTP",
      yaml:
        good() +
        service(
          "{name: http, port: 1}, {name: grpc-a, port: 2}, {name: HTTP2, port: 3}, {name: grpc-web, port: 4}, {name: x, port: 5, appProtocol: kubernetes.io/h2c}",
        ),
    },
    {
      name: "nor what Istio finds out, without a plugin",
      yaml: onRequests() + service("{name: web, port: 80}, {port: 81}"),
    },
    { name: "nor UDP", yaml: good() + service("{name: tcp-dns, port: 5353, protocol: UDP}") },
    {
      name: "nor other pods",
      yaml: good() + unmarked(service(tcpWeb, "app: b") + service(tcpWeb, "tier: db")),
    },
    {
      name: "nor pods that the files tell apart",
      yaml: good() + unmarked(service(tcpWeb, "app: a, tier: db")) + deployment("app: a, tier: web"),
    },
    {
      name: "nor gateways",
      yaml:
        good({ spec: "selector: {matchLabels: {istio: ingressgateway}}" }) +
        unmarked(service(`{name: ${HERE}https, port: 443}`, "istio: ingressgateway")),
    },
    { name: "nor without pods", yaml: good() + unmarked(service(tcpWeb, "", "type: ExternalName, ")) },
    {
      name: "nor a waypoint's other Services",
      yaml: good({ spec: targetRefs("t") }) + unmarked(service(tcpWeb)),
    },
    {
      name: "nor where policies are for connections",
      yaml: policy(`{${selecting("app: a")}rules: [${to("ports: ['80']")}]}`) + unmarked(service(tcpWeb)),
    },
    {
      name: "nor where one of them is",
      yaml:
        onRequests() +
        policy(`{rules: [${to("ports: ['80']")}]}`, { name: "tcp" }) +
        unmarked(service(tcpWeb)),
    },
    {
      name: "nor for a policy of the whole namespace",
      yaml: policy(`{rules: [${from("requestPrincipals: ['*']")}]}`) + unmarked(service(tcpWeb)),
    },
  ],
};

const named = (name: string, spec: string, namespace = "foo") => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: ${name}, namespace: ${namespace}}
spec: {${spec}, match: [{mode: SERVER}], pluginName: jwt-policy, pluginConfig: {authorizationPolicies: []}}
---
`;
const pods = (labels: string) => `selector: {matchLabels: {${labels}}}`;
const markedPods = (labels: string) => HERE + pods(labels);

const pairs: LintTable = {
  id: "JP227",
  cases: [
    {
      name: "pods of one that are all pods of the other",
      yaml: named("one", pods("app: a")) + named("two", markedPods("app: a, track: b")),
      severity: "error",
      says: "pods with app=a,track=b",
    },
    {
      name: "one for the namespace",
      yaml: named("one", "phase: AUTHN") + named("two", markedPods("app: a")),
      severity: "error",
    },
    {
      name: "one for all namespaces",
      yaml: named("one", "phase: AUTHN", "istio-system") + named("two", markedPods("app: a")),
      severity: "error",
    },
    {
      name: "a pod of both",
      yaml:
        named("one", pods("app: a")) + named("two", markedPods("tier: b")) + deployment("app: a, tier: b"),
      severity: "error",
    },
    {
      name: "labels that may meet",
      yaml: named("one", pods("app: a")) + named("two", markedPods("tier: b")),
      severity: "warning",
    },
    {
      name: "one Gateway",
      yaml: ["one", `${HERE}two`]
        .map((name) =>
          named(
            name.replace(HERE, ""),
            `${name.startsWith(HERE) ? HERE : ""}targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}]`,
          ),
        )
        .join(""),
      severity: "error",
      says: "Gateway g",
    },
    { name: "not other pods", yaml: named("one", pods("app: a")) + named("two", pods("app: b")) },
    {
      name: "not those of another namespace",
      yaml: named("one", pods("app: a")) + named("two", pods("app: a"), "bar"),
    },
    {
      name: "not gateways and all sidecars",
      yaml: named("one", "phase: AUTHN") + named("two", pods("istio: ingressgateway")),
    },
    {
      name: "not where each has pods of its own",
      yaml:
        named("one", pods("app: a")) +
        named("two", pods("tier: b")) +
        deployment("app: a") +
        deployment("tier: b"),
    },
    {
      name: "nor one Gateway's and another's",
      yaml: named("one", targetRefs("s")) + named("two", targetRefs("t")),
    },
    {
      name: "nor another filter",
      yaml:
        named("one", pods("app: a")) +
        named("two", pods("app: a")).replace("jwt-policy", "other").replace("authorizationPolicies", "x"),
    },
  ],
};

export const meshTables: readonly LintTable[] = [withoutTls, hidden, opaque, pairs];
