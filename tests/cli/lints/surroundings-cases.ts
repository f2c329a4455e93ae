// Lints about what stands around the policies: JP215 to JP219, JP221, JP226.

import { authentication, HERE, policy, type LintTable } from "./lint-case.js";

const pods = (kind: string, labels: string, namespace = "foo") => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: w, namespace: ${namespace}}
spec: {template: {metadata: {labels: {${labels}}}}}
---
`;
const gateway = (name: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: foo}
---
`;
const selecting = (labels: string, namespace = "foo") =>
  policy(`{selector: ${HERE}{matchLabels: {${labels}}}, rules: [{}]}`, { namespace });
const unmarked = (yaml: string) => yaml.replaceAll(HERE, "");
const targeting = (kind: string, name: string) =>
  policy(
    `{targetRefs: ${HERE}[{group: gateway.networking.k8s.io, kind: ${kind}, name: ${name}}], rules: [{}]}`,
  );

const refusedNames: LintTable = {
  id: "JP310",
  cases: [
    {
      name: "capitals and an underscore",
      yaml: policy("{rules: [{}]}", { name: `${HERE}Allow_All` }),
      severity: "error",
    },
    {
      name: "a namespace in capitals",
      yaml: policy("{rules: [{}]}", { namespace: `${HERE}Foo` }),
      severity: "error",
    },
    {
      name: "a namespace with a dot",
      yaml: policy("{rules: [{}]}", { namespace: `${HERE}a.b` }),
      severity: "error",
    },
    { name: "but not dots and digits in a name", yaml: policy("{rules: [{}]}", { name: "allow.v1-2" }) },
  ],
};

const selectsNothing: LintTable = {
  id: "JP215",
  cases: [
    {
      name: "another label",
      yaml: selecting("app: b") + pods("Deployment", "app: a"),
      says: "Deployment foo/w",
    },
    {
      name: "a value that no label has, whatever there is",
      yaml: selecting("app: 'a b'"),
      says: "Kubernetes takes no label",
    },
    {
      name: "one label too many",
      yaml: selecting("app: a, version: v2") + pods("StatefulSet", "app: a, version: v1"),
    },
    { name: "a value in other letters", yaml: selecting("app: A") + pods("DaemonSet", "app: a") },
    {
      name: "in the root namespace, for all",
      yaml: selecting("app: b", "istio-system") + pods("Deployment", "app: a"),
    },
    {
      name: "labels of the Deployment, not of its pods",
      yaml: `${selecting("app: a")}apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: foo, labels: {app: a}}
spec: {template: {metadata: {labels: {app: b}}}}
`,
    },
    {
      name: "a Gateway that is not there",
      yaml: targeting("Gateway", "h") + gateway("g"),
      says: "there are g",
    },
    {
      name: "but not a label that is there",
      yaml: unmarked(selecting("app: a")) + pods("Deployment", "app: a, version: v1"),
    },
    {
      name: "nor from the root namespace",
      yaml: unmarked(selecting("app: a", "istio-system")) + pods("Deployment", "app: a"),
    },
    {
      name: "nor a CronJob's pods",
      yaml: `${unmarked(selecting("app: a"))}apiVersion: batch/v1
kind: CronJob
metadata: {name: w, namespace: foo}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: a}}}}}}
`,
    },
    {
      name: "nor without workloads of the namespace",
      yaml: unmarked(selecting("app: b")) + pods("Deployment", "app: a", "bar"),
    },
    { name: "nor without a selector", yaml: policy("{rules: [{}]}") + pods("Deployment", "app: a") },
    { name: "nor a Gateway that is there", yaml: unmarked(targeting("Gateway", "g")) + gateway("g") },
    { name: "nor without Gateways", yaml: unmarked(targeting("Gateway", "g")) },
  ],
};

interface ServiceMetadata {
  readonly namespace?: string;
  readonly labels?: string;
  readonly type?: string;
}
const service = (
  ports: string,
  { namespace = "foo", labels = "", type = "ClusterIP" }: ServiceMetadata = {},
) => `apiVersion: v1
kind: Service
metadata: {name: s, namespace: ${namespace}, labels: {${labels}}}
spec: {type: ${type}, ports: [${ports}]}
---
`;
const fooPort = "{name: foo, port: 8080}";

const portNames: LintTable = {
  id: "JP216",
  cases: [
    { name: "another name", yaml: service(`{name: ${HERE}web, port: 80}`), says: "http-web" },
    { name: "no name", yaml: service(`${HERE}{port: 80}`), says: "without a name" },
    { name: "http in another place", yaml: service(`{name: ${HERE}my-http, port: 80}`) },
    { name: "http without a hyphen", yaml: service(`{name: ${HERE}httpweb, port: 80}`) },
    {
      name: "an appProtocol that Istio does not know",
      yaml: service(`{name: ${HERE}http, port: 80, appProtocol: spdy}`),
    },
    {
      name: "tcp for a name outside",
      yaml: service(`{name: ${HERE}tcp, port: 443}`, { type: "ExternalName" }),
    },
    { name: "one of two", yaml: service(`{name: http, port: 80}, {name: ${HERE}admin, port: 81}`) },
    {
      name: "but not protocols",
      yaml: service(
        "{name: http, port: 1}, {name: HTTP2-a, port: 2}, {name: grpc-web-b, port: 3}, {name: tls, port: 4}, {name: tcp-x, port: 5}",
      ),
    },
    {
      name: "nor appProtocol",
      yaml: service(
        "{name: web, port: 1, appProtocol: http}, {name: h2, port: 2, appProtocol: kubernetes.io/h2c}",
      ),
    },
    { name: "nor UDP", yaml: service("{name: dns, port: 5353, protocol: UDP}") },
    { name: "nor ports that Istio knows", yaml: service("{name: db, port: 3306}, {port: 53}") },
    // From here on what Istio's own analyzer leaves out (analyzers/service/portname.go, analyzers/util/config.go).
    {
      name: "nor the system's namespaces",
      yaml: service(fooPort, { namespace: "kube-system" }) + service(fooPort, { namespace: "kube-public" }),
    },
    {
      name: "nor Istio itself",
      yaml: service(fooPort, { labels: "istio: pilot" }) + service(fooPort, { labels: "release: istio" }),
    },
    {
      name: "nor Services of Gateways",
      yaml: service(fooPort, { labels: "gateway.istio.io/managed: istio.io-gateway-controller" }),
    },
    {
      name: "nor other kinds with ports",
      yaml: service(fooPort).replace("kind: Service", "kind: Servicer") + policy("{}"),
    },
  ],
};

const named = (metadata: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: ${metadata}
`;

const unquotedValues: LintTable = {
  id: "JP217",
  cases: [
    {
      name: "a name",
      yaml: named(`{name: ${HERE}123, namespace: foo}`),
      fixed: named('{name: "123", namespace: foo}'),
      severity: "error",
    },
    {
      name: "a name that is a boolean",
      yaml: named(`{name: ${HERE}on, namespace: foo}`),
      fixed: named('{name: "on", namespace: foo}'),
      severity: "error",
      says: "boolean true",
    },
    {
      name: "a label",
      yaml: named(`{name: a, labels: {version: ${HERE}1.10}}`),
      fixed: named('{name: a, labels: {version: "1.10"}}'),
      severity: "error",
    },
    {
      name: "an annotation",
      yaml: named(`{name: a, annotations: {istio.io/dry-run: ${HERE}true}}`),
      fixed: named('{name: a, annotations: {istio.io/dry-run: "true"}}'),
      severity: "error",
    },
    { name: "but not quoted", yaml: named("{name: '123', labels: {a: 'true', b: \"1\"}}") },
    {
      name: "nor words, versions and dates",
      yaml: named("{name: nope, labels: {a: v1, b: 1.2.3, c: 2026-01-01, d: 1a}}"),
    },
  ],
};

const unquotedKeys: LintTable = {
  id: "JP218",
  cases: [
    {
      name: "a label",
      yaml: named(`{name: a, labels: {${HERE}y: b}}`),
      fixed: named('{name: a, labels: {"y": b}}'),
      says: "read as true",
    },
    {
      name: "a label of the selector",
      yaml: policy(`{selector: {matchLabels: {${HERE}on: b}}, rules: [{}]}`),
      fixed: policy('{selector: {matchLabels: {"on": b}}, rules: [{}]}'),
    },
    {
      name: "a number",
      yaml: named(`{name: a, labels: {${HERE}0x10: b}}`),
      fixed: named('{name: a, labels: {"0x10": b}}'),
      says: "a number",
    },
    { name: "but not quoted", yaml: named("{name: a, labels: {'y': b}}") },
    { name: "nor words", yaml: named("{name: a, labels: {yep: b}}") },
  ],
};

const duplicates: LintTable = {
  id: "JP219",
  cases: [
    {
      name: "two of a name",
      yaml: policy("{}") + policy("{rules: [{}]}", { name: `${HERE}allow` }),
      says: "-:3:18",
    },
    { name: "but not in two namespaces", yaml: policy("{}") + policy("{}", { namespace: "bar" }) },
    {
      name: "nor of two kinds",
      yaml: policy("{}", { name: "jwt" }) + authentication("{issuer: 'https://a'}"),
    },
    {
      name: "nor other objects",
      yaml: policy("{}") + pods("Deployment", "app: a") + pods("Deployment", "app: a"),
    },
  ],
};

const keysAt = (uri: string) => authentication(`{issuer: a, jwksUri: ${HERE}'${uri}'}`);

const plainHttp: LintTable = {
  id: "JP221",
  cases: [
    { name: "another host", yaml: keysAt("http://idp.example.com/keys") },
    { name: "on a port", yaml: keysAt("http://idp.example.com:8080/keys") },
    { name: "but not https", yaml: unmarked(keysAt("https://idp.example.com/keys")) },
    {
      name: "nor Services of the cluster",
      yaml: ["idp", "idp.foo", "idp.foo.svc", "idp.bar.svc.cluster.local:8080"]
        .map((host) => unmarked(keysAt(`http://${host}/keys`)))
        .join(""),
    },
    {
      name: "nor this machine",
      yaml: unmarked(keysAt("http://localhost:8000/")) + unmarked(keysAt("http://127.0.0.1/")),
    },
  ],
};

const discovered = (issuer: string, rest = "") => authentication(`{issuer: ${HERE}'${issuer}'${rest}}`);

const keysElsewhere: LintTable = {
  id: "JP226",
  cases: [
    {
      name: "Google",
      severity: "note",
      yaml: discovered("https://accounts.google.com"),
      says: "https://www.googleapis.com,",
    },
    { name: "Firebase", severity: "note", yaml: discovered("https://securetoken.google.com/project") },
    {
      name: "Microsoft, version 1.0",
      severity: "note",
      yaml: discovered("https://sts.windows.net/11111111-2222-3333-4444-555555555555/"),
      says: "https://login.microsoftonline.com,",
    },
    {
      name: "but not where the keys are given",
      yaml: unmarked(
        discovered("https://accounts.google.com", ", jwksUri: 'https://www.googleapis.com/oauth2/v3/certs'"),
      ),
    },
    { name: "nor other issuers", yaml: unmarked(discovered("https://idp.example.com/")) },
    {
      name: "nor those that only look so",
      yaml: [
        "https://accounts.google.com.evil.example",
        "https://securetoken.google.com/a/b",
        "https://sts.windows.net/",
      ]
        .map((issuer) => unmarked(discovered(issuer)))
        .join(""),
    },
  ],
};

export const surroundingsTables: readonly LintTable[] = [
  selectsNothing,
  refusedNames,
  portNames,
  unquotedValues,
  unquotedKeys,
  duplicates,
  plainHttp,
  keysElsewhere,
];
