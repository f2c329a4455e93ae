// Lints about policies that are put where nobody asks them, or compared with what is not there: JP245 to JP248, and more of JP204, JP213, JP215,
// JP233.

import {
  authentication,
  from,
  HERE,
  policy,
  rule,
  selecting,
  to,
  when,
  type LintTable,
} from "./lint-case.js";

const service = (ports: string, selector = "app: a") => `apiVersion: v1
kind: Service
metadata: {name: a, namespace: foo}
spec: {selector: {${selector}}, ports: [${ports}]}
---
`;
const pods = (labels: string, namespace = "foo") => `apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: ${namespace}}
spec: {template: {metadata: {labels: {${labels}}}}}
---
`;
const gateway = (gatewayClass: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: foo}
spec: {gatewayClassName: ${gatewayClass}, listeners: []}
---
`;
const ambient = `apiVersion: v1
kind: Namespace
metadata: {name: foo, labels: {istio.io/dataplane-mode: ambient}}
---
`;
const onPorts = (ports: string, labels = "app: a") =>
  policy(`{${selecting(labels)}rules: [${to(`ports: [${ports}]`)}]}`);
const ofGateway = `{selector: ${HERE}{matchLabels: {gateway.networking.k8s.io/gateway-name: edge}}, rules: [{}]}`;
const reading = to("methods: [GET]");
const annotated = (annotations: string) => policy(`{rules: [${reading}]}`, { annotations });
const keysAt = (uri: string) => authentication(`{issuer: "https://idp.test", jwksUri: ${HERE}"${uri}"}`);

export const placementTables: readonly LintTable[] = [
  {
    id: "JP245",
    cases: [
      {
        name: "the Service's port",
        yaml: onPorts(`${HERE}"80"`) + service("{name: http, port: 80, targetPort: 8080}"),
        says: '"8080"',
      },
      {
        name: "as a condition, excluded",
        yaml:
          policy(
            `{${selecting("app: a")}action: DENY, rules: [${when("destination.port", `notValues: [${HERE}"80"]`)}]}`,
          ) + service("{name: http, port: 80, targetPort: 8080}"),
      },
      {
        name: "but not the workload's",
        yaml: onPorts('"8080"') + service("{name: http, port: 80, targetPort: 8080}"),
      },
      { name: "nor one that is both", yaml: onPorts('"80"') + service("{name: http, port: 80}") },
      {
        name: "nor one that another port leads to",
        yaml:
          onPorts('"80"') +
          service("{name: http, port: 80, targetPort: 8080}, {name: http-b, port: 81, targetPort: 80}"),
      },
      {
        name: "nor with a named port",
        yaml: onPorts('"80"') + service("{name: http, port: 80, targetPort: web}"),
      },
      {
        name: "nor of other pods",
        yaml: onPorts('"80"', "app: b") + service("{name: http, port: 80, targetPort: 8080}"),
      },
      {
        name: "nor for all of a namespace",
        yaml: rule(to('ports: ["80"]')) + service("{name: http, port: 80, targetPort: 8080}"),
      },
      {
        name: "nor a port of no Service",
        yaml: onPorts('"15020"') + service("{name: http, port: 80, targetPort: 8080}"),
      },
    ],
  },
  {
    id: "JP246",
    cases: [
      {
        name: "a selector for a waypoint",
        yaml: policy(ofGateway) + gateway("istio-waypoint"),
        says: "targetRefs",
      },
      {
        name: "methods for ztunnel",
        yaml: ambient + policy(`{${selecting("app: a")}rules: [${to(`methods: ${HERE}[GET]`)}]}`),
        says: "knows no methods",
      },
      {
        name: "tokens for ztunnel",
        yaml:
          ambient +
          authentication('{issuer: "https://idp.test"}', {}, `selector: ${HERE}{matchLabels: {app: a}}, `),
        says: "reads no tokens",
      },
      { name: "but not for another Gateway", yaml: policy(ofGateway.replace(HERE, "")) + gateway("istio") },
      {
        name: "nor what ztunnel knows",
        yaml: ambient + policy(`{${selecting("app: a")}rules: [${from("namespaces: [bar]")}]}`),
      },
      {
        name: "nor with targetRefs",
        yaml: ambient + policy(`{targetRefs: [{kind: Service, group: "", name: a}], rules: [${reading}]}`),
      },
      {
        name: "nor beside a gateway, which obeys it",
        yaml: ambient + policy(`{rules: [${reading}]}`) + gateway("istio"),
      },
      {
        name: "nor for pods with a proxy of their own",
        yaml:
          ambient +
          policy(`{${selecting("app: a")}rules: [${reading}]}`) +
          pods('app: a, sidecar.istio.io/inject: "true"'),
      },
      { name: "nor where the namespace does not say", yaml: policy(`{rules: [${reading}]}`) },
    ],
  },
  {
    id: "JP247",
    cases: [
      { name: "without the hyphen", yaml: annotated(`${HERE}istio.io/dryrun: "true"`), says: "is enforced" },
      { name: "with an underscore", yaml: annotated(`${HERE}istio.io/dry_run: "true"`) },
      { name: "without Istio's name", yaml: annotated(`${HERE}dry-run: "true"`) },
      { name: "of another group of Istio's", yaml: annotated(`${HERE}security.istio.io/dry-run: "true"`) },
      {
        name: "as a label",
        yaml: policy(`{rules: [${reading}]}`).replace(
          "namespace: foo",
          `namespace: foo, labels: {${HERE}istio.io/dry-run: "true"}`,
        ),
        says: "metadata.annotations",
      },
      { name: "but not the annotation itself", yaml: annotated('istio.io/dry-run: "true"') },
      { name: "nor other ones", yaml: annotated("istio.io/rev: a, example.com/dry-run: yes-please") },
    ],
  },
  {
    id: "JP248",
    cases: [
      { name: "an address within", yaml: rule(from(`ipBlocks: [${HERE}10.0.0.5/8]`)), says: "10.0.0.0/8" },
      {
        name: "the last bit",
        yaml: rule(from(`remoteIpBlocks: [${HERE}192.0.2.129/25]`)),
        says: "192.0.2.128/25",
      },
      { name: "as a condition", yaml: rule(when("source.ip", `notValues: [${HERE}172.16.0.1/12]`)) },
      {
        name: "but not ranges, nor addresses",
        yaml: rule(from('ipBlocks: [10.0.0.0/8, 192.0.2.1/32, 0.0.0.0/0, 192.0.2.7, "2001:db8::1/64"]')),
      },
    ],
  },
  {
    id: "JP213",
    cases: [
      {
        name: "a rule beside one that allows everything",
        yaml: policy(`{rules: [${HERE}${reading}, {}]}`),
        says: "at line 4",
      },
      {
        name: "a narrow path with a condition beside a wide one",
        yaml: policy(
          `{rules: [${to('paths: ["/*"]')}, ${HERE}{to: [{operation: {paths: ["/admin/*"]}}], when: [{key: 'request.headers[a]', values: [b]}]}]}`,
        ),
      },
      {
        name: "but not rules that differ",
        yaml: policy(
          `{rules: [${to('paths: ["/a*"]')}, ${to('paths: ["/b*"]')}, ${from("namespaces: [a]")}]}`,
        ),
      },
      { name: "nor rules of DENY", yaml: policy(`{action: DENY, rules: [${reading}, {}]}`) },
    ],
  },
  {
    id: "JP215",
    cases: [
      {
        name: "pods of another namespace",
        yaml: policy(`{selector: ${HERE}{matchLabels: {app: a}}, rules: [{}]}`) + pods("app: a", "bar"),
        says: "Deployment bar/w",
      },
      {
        name: "but not other pods there",
        yaml: policy(`{selector: {matchLabels: {app: a}}, rules: [{}]}`) + pods("app: b", "bar"),
      },
    ],
  },
  {
    id: "JP233",
    cases: [
      {
        name: "the endpoint of tokens",
        yaml: keysAt("https://idp.test/realms/a/protocol/openid-connect/token"),
        says: "token endpoint",
      },
      { name: "the endpoint of logins", yaml: keysAt("https://idp.test/authorize/") },
      { name: "this machine", yaml: keysAt("http://localhost:8080/keys"), says: "from there" },
      { name: "this machine by address", yaml: keysAt("https://127.0.0.1/keys") },
      {
        name: "Google's certificates",
        yaml: keysAt("https://www.googleapis.com/oauth2/v1/certs"),
        says: "v3",
      },
      {
        name: "Firebase's certificates",
        yaml: keysAt(
          "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com",
        ),
        says: "service_accounts/v1/jwk/",
      },
      {
        name: "but not addresses like those",
        yaml: [
          "https://idp.test/token/keys",
          "https://www.googleapis.com/oauth2/v3/certs",
          "https://localhost.example/keys",
          "https://idp.test/oauth2/v1/keys?client=token",
        ]
          .map((uri) => keysAt(uri).replace(HERE, ""))
          .join(""),
      },
    ],
  },
  {
    id: "JP204",
    cases: [
      {
        name: "letters in another order",
        yaml: rule(to(`methods: [${HERE}GTE, ${HERE}PSOT]`)),
        says: "did you mean",
      },
      { name: "a word for all methods", yaml: rule(to(`methods: [${HERE}ANY, ${HERE}ALL]`)), says: '"*"' },
      { name: "two methods in one", yaml: rule(to(`methods: [${HERE}POST PUT]`)), says: "POST, PUT" },
      {
        name: "a principal turned round",
        yaml: rule(from(`principals: [${HERE}cluster.local/sa/a/ns/b]`)),
        says: "cluster.local/ns/b/sa/a",
      },
      {
        name: "a blank within a principal",
        yaml: rule(from(`principals: [${HERE}cluster.local/ns/b/sa/ a]`)),
      },
    ],
  },
];
