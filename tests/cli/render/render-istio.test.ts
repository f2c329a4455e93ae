// The Istio resources that `render` writes: their names, several workloads at once, and the way to the issuers' keys.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { parseWorkload } from "../../../policies/istio/workload.js";
import type { PluginConfig } from "../../../policies/plugin-config/plugin-config.js";
import { workloadName } from "../../../policies/render/kubernetes/workload-name.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { authentication, from, policy, rule, selecting, to } from "../lints/lint-case.js";
import { runCommand, type CommandResult } from "../string-terminal.js";

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

const render = (yaml: string, ...args: readonly string[]): Promise<CommandResult> =>
  runCommand(
    ["render", "-", "--as", "wasmplugin", "--image", "oci://registry.corp/jwt-policy:v1", ...args],
    yaml,
  );

const objectsIn = (text: string) =>
  parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);

async function objectsOf(yaml: string, ...args: readonly string[]): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await render(yaml, ...args);
  assert.equal(code, 0, stderr);
  return objectsIn(stdout);
}

const idOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace}/${metadata.name}`;
const ofKind = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((one) => one.kind === kind);
const configOf = (plugin: KubernetesObject | undefined) => plugin?.spec["pluginConfig"] as PluginConfig;

const keysAt = (uri: string) => authentication(`{issuer: a, jwksUri: '${uri}'}`);
const jwt = keysAt("https://idp.example.com/keys");
const onAddresses = (app: string) =>
  policy(`{${selecting(`app: ${app}`)}action: DENY, rules: [${from("ipBlocks: [192.0.2.0/24]")}]}`, {
    name: app,
  });

describe("two workloads of a namespace", () => {
  const yaml = jwt + onAddresses("a") + onAddresses("b");

  it("rendered one after the other, replace nothing of each other's", async () => {
    const first = await objectsOf(yaml, "--for", "foo/app=a");
    const second = await objectsOf(yaml, "--for", "foo/app=b");
    const shared = first.filter((one) => second.some((other) => idOf(one) === idOf(other)));
    // The way to the issuer, which both have, is the same.
    assert.deepEqual(shared.map(({ kind }) => kind).sort(), ["DestinationRule", "ServiceEntry"]);
    for (const one of shared)
      assert.deepEqual(
        second.find((other) => idOf(other) === idOf(one)),
        one,
      );
  });

  it("rendered together, are in one file, with what they share once", async () => {
    const objects = await objectsOf(yaml, "--for", "foo/app=a", "--for", "foo/app=b");
    assert.equal(new Set(objects.map(idOf)).size, objects.length);
    const plugins = ofKind(objects, "WasmPlugin");
    assert.deepEqual(
      plugins.map((one) => [
        (one.spec["selector"] as { matchLabels: object }).matchLabels,
        configOf(one).authorizationPolicies?.map(({ name }) => name),
      ]),
      [
        [{ app: "a" }, ["a"]],
        [{ app: "b" }, ["b"]],
      ],
    );
    assert.deepEqual(
      ["ServiceEntry", "DestinationRule", "EnvoyFilter"].map((kind) => ofKind(objects, kind).length),
      [1, 1, 2],
    );
  });

  it("with different issuers keep a way to each", async () => {
    const issuers = ["https://idp.example.com/keys", "http://idp.example.com/keys"].map((uri, i) =>
      authentication(`{issuer: a, jwksUri: '${uri}'}`, { name: `jwt-${i}` }, selecting(`app: w${i}`)),
    );
    const objects = await objectsOf(issuers.join(""), "--for", "foo/app=w0", "--for", "foo/app=w1");
    const ports = ofKind(objects, "ServiceEntry").map(
      ({ spec }) => (spec["ports"] as { number: number }[])[0]?.number,
    );
    assert.deepEqual(ports, [443, 80]);
    assert.equal(new Set(objects.map(idOf)).size, objects.length);
  });

  it("are a List with --json", async () => {
    const { stdout } = await render(yaml, "--for", "foo/app=a", "--for", "foo/app=b", "--json");
    const { items } = JSON.parse(stdout) as { items: KubernetesObject[] };
    assert.equal(ofKind(items, "WasmPlugin").length, 2);
  });

  for (const as of ["config", "envoy"]) {
    it(`cannot both be written --as ${as}`, async () => {
      const args = ["--for", "foo/app=a", "--for", "foo/app=b", "--as", as, "--upstream", "127.0.0.1:80"];
      const { code, stdout, stderr } = await render(yaml, ...args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, /is for one workload: give --for once/);
    });
  }

  it("of which one is refused, are not written", async () => {
    const custom = policy(`{${selecting("app: b")}action: CUSTOM, provider: {name: opa}, rules: [{}]}`);
    const { code, stdout, stderr } = await render(
      jwt + custom,
      ...["--for", "foo/app=a", "--for", "foo/app=b", "--strict"],
    );
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /JP001/);
  });
});

describe("text that YAML 1.1 takes for something else", () => {
  // kubectl reads YAML 1.1 (sigs.k8s.io/yaml): there these are booleans, numbers, dates, null or a merge.
  const words = [
    "n",
    "no",
    "Y",
    "on",
    "OFF",
    "yes",
    "1_000",
    "0b1",
    "017",
    "0o17",
    "1:30",
    "2026-01-01",
    ".5",
    "1e3",
    "~",
    "<<",
    "=",
  ];

  it("is quoted: both read the same", async () => {
    const yaml =
      authentication(
        `{issuer: 'on', jwksUri: 'https://a.example', outputClaimToHeaders: [${words
          .map((word, i) => `{header: x-${i}, claim: '${word}'}`)
          .join(", ")}]}`,
        { name: "no" },
        selecting("app: 'on'"),
      ) +
      policy(
        `{${selecting("app: 'on'")}rules: [${from(`namespaces: [${words.map((one) => `'${one}'`).join(", ")}]`)}]}`,
      );
    const { code, stdout, stderr } = await render(yaml, "--for", "foo/app=on");
    assert.equal(code, 0, stderr);
    const read = (version: "1.1" | "1.2") =>
      parseAllDocuments(stdout, { version }).map((document) => document.toJS() as unknown);
    assert.deepEqual(read("1.1"), read("1.2"));
    const [plugin] = objectsIn(stdout);
    assert.deepEqual(plugin?.spec["selector"], { matchLabels: { app: "on" } });
    const rules = configOf(plugin).requestAuthentications as unknown as readonly {
      readonly jwtRules: readonly { readonly outputClaimToHeaders: readonly { readonly claim: unknown }[] }[];
    }[];
    assert.deepEqual(
      rules[0]?.jwtRules[0]?.outputClaimToHeaders.map(({ claim }) => claim),
      words,
    );
  });
});

describe("two plugins for one pod are not written", () => {
  const yaml = jwt + rule("{}");
  const pods = (labels: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: foo}
spec: {template: {metadata: {labels: {${labels}}}}}
---
`;
  const there = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: there, namespace: foo}
spec: {selector: {matchLabels: {app: a}}, match: [{mode: SERVER}], pluginName: jwt-policy, pluginConfig: {authorizationPolicies: []}}
---
`;
  const sure: readonly (readonly [name: string, yaml: string, workloads: readonly string[]])[] = [
    ["a workload and a part of it", yaml, ["foo/app=a", "foo/app=a,track=canary"]],
    ["a namespace and a workload of it", yaml, ["foo", "foo/app=a"]],
    [
      "labels that a pod among the files has both of",
      yaml + pods("app: a, tier: b"),
      ["foo/app=a", "foo/tier=b"],
    ],
    ["one that is in the files under another name", yaml + there, ["foo/app=a,track=canary"]],
  ];
  for (const [name, input, workloads] of sure) {
    it(name, async () => {
      const { code, stdout, stderr } = await render(input, ...workloads.flatMap((one) => ["--for", one]));
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
      assert.match(stderr, /error: WasmPlugin foo\/.* and WasmPlugin foo\/.* are both for pods .*\[JP011\]/);
    });
  }

  it("labels alone are a warning", async () => {
    const { code, stderr } = await render(yaml, "--for", "foo/app=a", "--for", "foo/tier=b");
    assert.equal(code, 0);
    assert.match(stderr, /warning: .* may be both for pods with app=a,tier=b.*\[JP011\]/);
  });

  it("pods of their own are none", async () => {
    const own = yaml + pods("app: a") + pods("tier: b");
    const { code, stderr } = await render(own, "--for", "foo/app=a", "--for", "foo/tier=b");
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /JP011/);
  });

  it("nor is the plugin that is replaced", async () => {
    const { code, stderr } = await render(yaml + there, "--for", "foo/app=a", "--name", "there");
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /JP011/);
  });
});

describe("two different things of one name are not written", () => {
  const yaml = jwt + rule("{}");

  it("with one --name for two workloads", async () => {
    const both = ["--for", "foo/app=a", "--for", "foo/app=b", "--name", "gate"];
    const { code, stdout, stderr } = await render(yaml, ...both);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /two different objects would be WasmPlugin foo\/gate.*\[JP009\]/);
  });

  it("but one thing twice is written once", async () => {
    const twice = ["--for", "foo/app=a,b=c", "--for", "foo/b=c,app=a"];
    assert.equal(ofKind(await objectsOf(yaml, ...twice, "--name", "gate"), "WasmPlugin").length, 1);
  });

  it("and so are two of different namespaces", async () => {
    const all = yaml + rule("{}", "ALLOW", { namespace: "bar" });
    const both = ["--for", "foo/app=a", "--for", "bar/app=a", "--name", "gate"];
    assert.deepEqual(ofKind(await objectsOf(all, ...both), "WasmPlugin").map(idOf), [
      "WasmPlugin foo/gate",
      "WasmPlugin bar/gate",
    ]);
  });

  const plugin = (labels: string) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: gate, namespace: foo}
spec: {selector: {matchLabels: {${labels}}}, url: 'oci://registry.example.com/x:v1'}
---
`;
  it("with the --name of a plugin in the files that is for other pods", async () => {
    const { code, stderr } = await render(yaml + plugin("app: b"), "--for", "foo/app=a", "--name", "gate");
    assert.equal(code, 1);
    assert.match(stderr, /^-:\d+:18: error: WasmPlugin foo\/gate is there, for other pods.*\[JP009\]/m);
  });

  it("but a plugin for the same pods is followed by its next version", async () => {
    await objectsOf(yaml + plugin("app: a"), "--for", "foo/app=a", "--name", "gate");
  });
});

describe("a workload's name", () => {
  const gateway = "gateway.networking.k8s.io/gateway-name";
  const names: readonly (readonly [args: readonly string[], name: RegExp])[] = [
    [["--for", "foo/app=httpbin"], /^httpbin-jwt-policy$/],
    [["--for", "foo"], /^jwt-policy$/],
    [["--for", "foo/app=httpbin,version=v1"], /^httpbin-v1-jwt-policy-[0-9a-f]{8}$/],
    [["--for", "foo/k8s-app=httpbin"], /^httpbin-jwt-policy-[0-9a-f]{8}$/],
    [["--for", "foo/app=Http_Bin"], /^http-bin-jwt-policy-[0-9a-f]{8}$/],
    [["--for", "foo/app="], /^jwt-policy-[0-9a-f]{8}$/],
    [["--for", `foo/${gateway}=edge`], /^edge-jwt-policy-[0-9a-f]{8}$/],
    [["--for", `foo/${gateway}=wp`, "--waypoint", "--service", "shop"], /^wp-shop-jwt-policy-[0-9a-f]{8}$/],
    [["--for", `foo/app=${"a".repeat(63)}`], /^a{28}-jwt-policy-[0-9a-f]{8}$/],
    [["--for", "foo/app=a", "--name", "my.name-1"], /^my\.name-1$/],
  ];
  for (const [args, name] of names) {
    it(`${args.slice(1).join(" ")}: ${name.source}`, async () => {
      const yaml = args.includes("--waypoint")
        ? policy("{targetRefs: [{kind: Service, group: '', name: shop}], rules: [{}]}")
        : args[1]!.includes(gateway)
          ? policy(
              `{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: edge}], rules: [{}]}`,
            )
          : policy("{rules: [{}]}");
      const [plugin] = await objectsOf(yaml, ...args);
      assert.match(plugin!.metadata.name, name);
    });
  }

  it("is that of no other workload, within Kubernetes' limits, whatever the order of its labels", () => {
    const values = ["a", "A", "a-b", "a.b", "", "x".repeat(63), `${"x".repeat(62)}y`, "jwt-policy"];
    const keys = ["app", "version", "k8s-app", gateway];
    const workloads = keys.flatMap((one, i) =>
      values.flatMap((value) => [
        [[one, value]],
        ...keys.slice(i + 1).flatMap((other) =>
          values.map((second) => [
            [one, value],
            [other, second],
          ]),
        ),
      ]),
    ) as [string, string][][];
    const names = workloads.map((labels) => {
      const name = workloadName({ namespace: "foo", labels: new Map(labels), service: undefined });
      const turned = new Map(labels.toReversed());
      assert.equal(workloadName({ namespace: "foo", labels: turned, service: undefined }), name);
      assert.match(`${name}-direct-address`, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      return name;
    });
    assert.equal(new Set(names).size, workloads.length);
  });

  it("tells the waypoints of two namespaces apart that a Service may have", () => {
    const of = (namespace: string) =>
      workloadName({
        namespace,
        labels: new Map([[gateway, "wp"]]),
        service: { kind: "Service", namespace: "shops", name: "shop" },
      });
    assert.notEqual(of("foo"), of("bar"));
  });

  for (const name of ["Gate", "a_b", "-a", "a..b", "a".repeat(254)]) {
    it(`--name ${name.slice(0, 10)} is none`, async () => {
      const { code, stderr } = await render(policy("{rules: [{}]}"), "--for", "foo", "--name", name);
      assert.equal(code, 2);
      assert.match(stderr, /expected the name of a Kubernetes object/);
    });
  }

  for (const labels of ["app=a b", "app=*", "a/b/c=d", "app=a\n# b", `app=${"a".repeat(64)}`, "/app=a"]) {
    it(`${JSON.stringify(labels)} are no labels`, async () => {
      const { code, stderr } = await render(policy("{rules: [{}]}"), "--for", `foo/${labels}`);
      assert.equal(code, 2);
      assert.match(stderr, /is no label of Kubernetes|no blank is in them/);
    });
  }
});

describe("a waypoint", () => {
  const target = (kind: string, group: string, name: string) =>
    `targetRefs: [{kind: ${kind}, group: '${group}', name: ${name}}], `;
  const ofService = (namespace: string) =>
    authentication(
      "{issuer: a, jwksUri: 'https://idp.example.com/keys'}",
      { namespace },
      target("Service", "", "shop"),
    );
  const waypoint = ["--for", "foo/gateway.networking.k8s.io/gateway-name=wp", "--waypoint"];

  it("gets a cluster for the issuer, which no route names", async () => {
    const objects = await objectsOf(ofService("foo"), ...waypoint, "--service", "shop");
    const [filter, ...others] = ofKind(objects, "EnvoyFilter");
    assert.deepEqual(others, []);
    assert.deepEqual(filter?.metadata.annotations, {
      "envoyfilter.istio.io/referenced-services": "foo/idp.example.com",
    });
    assert.deepEqual(filter.spec, {
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "wp" }],
    });
  });

  it("for a Service of another namespace: the plugin is there, where Istio looks for it, and the rest with the waypoint", async () => {
    const objects = await objectsOf(ofService("shops"), ...waypoint, "--service", "shops/shop");
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`),
      ["WasmPlugin shops", "ServiceEntry foo", "DestinationRule foo", "EnvoyFilter foo"],
    );
  });

  it("gets the peer's address as the Gateway that it is", async () => {
    const deny = policy(
      `{${target("Service", "", "shop")}action: DENY, rules: [${from("ipBlocks: [192.0.2.0/24]")}]}`,
    );
    const [filter] = ofKind(await objectsOf(deny, ...waypoint, "--service", "shop"), "EnvoyFilter");
    assert.deepEqual(Object.keys(filter!.spec).sort(), ["configPatches", "targetRefs"]);
    const [patch] = filter!.spec["configPatches"] as { match: { context: string } }[];
    assert.equal(patch?.match.context, "SIDECAR_INBOUND");
  });
});

describe("clusters that istiod makes only for what routes name", () => {
  const referenced = async (yaml: string, ...args: readonly string[]) => {
    const filters = ofKind(await objectsOf(yaml, ...args), "EnvoyFilter");
    return filters.map(({ metadata }) => metadata.annotations?.["envoyfilter.istio.io/referenced-services"]);
  };
  const gateway = ["--for", "foo/istio=ingressgateway"];
  const two = "{issuer: a, jwksUri: 'https://a.example.com/'}, {issuer: b, jwksUri: 'http://b.auth:8080/'}";

  it("are asked for on a gateway, for each issuer", async () => {
    assert.deepEqual(await referenced(authentication(two), ...gateway), [
      "foo/a.example.com,auth/b.auth.svc.cluster.local",
    ]);
  });
  it("also for a cluster that is given", async () => {
    const given = ["--cluster", "https://idp.example.com=outbound|443|tls|idp.example.com"];
    assert.deepEqual(await referenced(jwt, ...gateway, ...given), ["idp.example.com"]);
  });
  it("but not for one that Istio does not make", async () => {
    assert.deepEqual(await referenced(jwt, ...gateway, "--cluster", "https://idp.example.com=idp"), []);
  });
  it("nor without keys to fetch", async () => {
    assert.deepEqual(await referenced(rule(to("paths: [/a]")), ...gateway), []);
  });
  it("nor on sidecars, whose clusters are those of all services", async () => {
    assert.deepEqual(await referenced(jwt, "--for", "foo/app=a"), []);
  });
});

describe("hosts of the cluster and outside", () => {
  const service = (namespace: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: idp, namespace: ${namespace}}\n---\n`;
  const entry = (host: string) =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: e, namespace: foo}\nspec: {hosts: ['${host}']}\n---\n`;
  const cases: readonly (readonly [uri: string, cluster: string, kinds: string, more?: string])[] = [
    ["http://idp/keys", "outbound|80||idp.foo.svc.cluster.local", ""],
    ["http://idp.auth/keys", "outbound|80||idp.auth.svc.cluster.local", ""],
    ["http://idp.auth:8080/keys", "outbound|8080||idp.auth.svc.cluster.local", ""],
    ["http://idp.auth.svc/keys", "outbound|80||idp.auth.svc.cluster.local", ""],
    ["http://idp.auth.svc.cluster.local/keys", "outbound|80||idp.auth.svc.cluster.local", ""],
    ["https://idp.auth.svc/keys", "outbound|443|jwks|idp.auth.svc.cluster.local", "DestinationRule"],
    ["https://idp.auth/keys", "outbound|443|jwks|idp.auth", "ServiceEntry DestinationRule"],
    [
      "https://idp.auth/keys",
      "outbound|443|jwks|idp.auth.svc.cluster.local",
      "DestinationRule",
      service("auth"),
    ],
    ["http://idp.auth/keys", "outbound|80||idp.auth", "ServiceEntry", entry("idp.auth")],
    ["http://idp.example.com/keys", "outbound|80||idp.example.com", "ServiceEntry"],
    ["http://192.0.2.1/keys", "outbound|80||192-0-2-1.jwks.internal", "ServiceEntry"],
    ["https://[::1]/keys", "outbound|443|jwks|0--1.jwks.internal", "ServiceEntry DestinationRule"],
  ];
  for (const [uri, cluster, kinds, more = ""] of cases) {
    it(`${uri}${more === "" ? "" : `, with a ${more.includes("ServiceEntry") ? "ServiceEntry" : "Service"}`}`, async () => {
      const [plugin, ...others] = await objectsOf(keysAt(uri) + more, "--for", "foo/app=a");
      assert.deepEqual(Object.values(configOf(plugin).clusters!), [cluster]);
      assert.equal(others.map(({ kind }) => kind).join(" "), kinds);
    });
  }

  it("what only the form of a host tells is noted", async () => {
    const guessed = await render(keysAt("http://idp.auth/keys"), "--for", "foo/app=a");
    assert.match(
      guessed.stderr,
      /^-:4:\d+: note: idp\.auth is taken for the Service idp of the namespace auth.*\[JP010\]/,
    );
    const known = await render(keysAt("http://idp.auth/keys") + service("auth"), "--for", "foo/app=a");
    assert.equal(known.stderr, "");
  });

  it("names of ways differ where hosts, ports or schemes do", async () => {
    const uris = [
      "https://a-b.c/",
      "https://a.b.c/",
      "http://a.b.c/",
      "https://a.b.c:8443/",
      "https://a.b.c-8443/",
    ];
    const rules = uris.map((uri, i) => `{issuer: i${i}, jwksUri: '${uri}'}`).join(", ");
    const objects = await objectsOf(authentication(rules), "--for", "foo/app=a");
    assert.equal(ofKind(objects, "ServiceEntry").length, uris.length);
    assert.equal(new Set(objects.map(idOf)).size, objects.length);
  });
});

describe("policies that are left out", () => {
  const deny = (labels: string, metadata: object = {}) =>
    policy(`{${labels === "" ? "" : selecting(labels)}action: DENY, rules: [{}]}`, {
      name: "deny",
      ...metadata,
    });
  const pods = (labels: string, namespace = "foo") => `apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: ${namespace}}
spec: {template: {metadata: {labels: {${labels}}}}}
---
`;
  const edge = (className: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: foo}\nspec: {gatewayClassName: ${className}}\n---\n`;
  const root = { namespace: "istio-system" };
  const everywhere = jwt + authentication("{issuer: b, jwksUri: 'https://b.example.com/'}", root);
  const wp = ["foo/gateway.networking.k8s.io/gateway-name=wp", "--waypoint"];
  const ofGateway = policy(
    "{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: wp}], rules: [{}]}",
    { name: "all" },
  );
  const ofService = policy("{targetRefs: [{kind: Service, group: '', name: shop}], rules: [{}]}");
  const cases: readonly (readonly [
    name: string,
    yaml: string,
    workload: readonly string[],
    says?: RegExp,
  ])[] = [
    [
      "a selector, for a whole namespace",
      jwt + deny("app: a"),
      ["foo"],
      /with app=a alone, and the plugin for all of foo/,
    ],
    [
      "a selector with one label more",
      jwt + deny("app: a, version: v2"),
      ["foo/app=a"],
      /with app=a,version=v2 alone, and the plugin for those with app=a/,
    ],
    ["a selector with another label", jwt + deny("tier: web"), ["foo/app=a"], /with tier=web alone/],
    [
      "a selector, with such pods",
      jwt + deny("tier: web") + pods("app: a, tier: web"),
      ["foo/app=a"],
      /with tier=web alone/,
    ],
    [
      "one of another namespace, for the root namespace",
      everywhere + deny(""),
      ["istio-system"],
      /pods of foo alone, and the plugin for all of istio-system and of every other namespace/,
    ],
    ["and for pods there", everywhere + deny("app: a"), ["istio-system/app=a"], /with app=a alone/],
    ["gateways, for the root namespace", everywhere, ["istio-system"], /left out: gateways/],
    ["gateways, where there are any", jwt + edge("istio"), ["foo"], /left out: gateways/],
    ["gateways by their labels", jwt + pods("istio: ingress"), ["foo"], /left out: gateways/],
    ["a Service's, for a waypoint", ofGateway + ofService, wp, /the Service shop, and the plugin for all.*/],
    ["but not where labels contradict", jwt + deny("app: b"), ["foo/app=a"]],
    ["nor with pods that have not both", jwt + deny("tier: web") + pods("app: a"), ["foo/app=a"]],
    ["nor of another namespace", jwt + deny("app: a", { namespace: "bar" }), ["foo"]],
    ["nor what is there", jwt + deny("app: a"), ["foo/app=a"]],
    ["nor gateways without any", jwt, ["foo"]],
    ["nor waypoints", jwt + edge("istio-waypoint"), ["foo"]],
    [
      "nor what stays native",
      jwt + policy(`{${selecting("app: a")}action: CUSTOM, provider: {name: opa}, rules: [{}]}`),
      ["foo"],
    ],
    [
      "nor other namespaces' for a gateway in the root namespace",
      everywhere + deny(""),
      ["istio-system/istio=ingressgateway"],
    ],
    ["nor for a waypoint's Service", ofGateway + ofService, [...wp, "--service", "shop"]],
  ];
  for (const [name, yaml, workload, says] of cases) {
    it(name, async () => {
      const { code, stdout, stderr } = await render(yaml, "--for", ...workload);
      assert.equal(code, 0, stderr);
      assert.notEqual(stdout, "");
      if (says === undefined) assert.equal(stderr, "");
      else {
        assert.match(stderr, /warning: .*\[JP008\]/);
        assert.match(stderr, says);
      }
    });
  }
});

describe("the way to the issuer is open to those who have the plugin", () => {
  const root = authentication("{issuer: a, jwksUri: 'https://idp.example.com/'}", {
    namespace: "istio-system",
  });
  const ofGateway = root.replace(
    "jwtRules",
    "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}], jwtRules",
  );
  const cases: readonly (readonly [workload: string, exportTo: string, yaml: string])[] = [
    ["foo/app=a", ".", jwt],
    ["foo", ".", jwt],
    ["istio-system", "*", root],
    ["istio-system/app=a", "*", root],
    ["istio-system/istio=ingressgateway", "*", root],
    ["istio-system/gateway.networking.k8s.io/gateway-name=g", ".", ofGateway],
  ];
  for (const [workload, exportTo, yaml] of cases) {
    it(`${workload}: ${exportTo}`, async () => {
      const objects = await objectsOf(yaml, "--for", workload);
      for (const kind of ["ServiceEntry", "DestinationRule"]) {
        assert.deepEqual(
          ofKind(objects, kind).map(({ spec }) => spec["exportTo"]),
          [[exportTo]],
        );
      }
    });
  }
});

describe("ports that the filter does not see", () => {
  const service = (port: string, namespace = "foo") => `apiVersion: v1
kind: Service
metadata: {name: s, namespace: ${namespace}}
spec: {selector: {app: a}, ports: [{name: http, port: 80}, ${port}]}
---
`;
  const tcp = "{name: tcp-web, port: 9000}";
  const refused: readonly (readonly [name: string, yaml: string, args: readonly string[]])[] = [
    ["by name", jwt + service(tcp), ["foo/app=a"]],
    ["by appProtocol", jwt + service("{name: http-b, port: 9000, appProtocol: tcp}"), ["foo/app=a"]],
    ["of a whole namespace", jwt + service(tcp), ["foo"]],
    [
      "of a waypoint's Service",
      jwt.replace("jwtRules", "targetRefs: [{kind: Service, group: '', name: s}], jwtRules") + service(tcp),
      ["foo/gateway.networking.k8s.io/gateway-name=wp", "--waypoint", "--service", "s"],
    ],
    ["as a configuration alone", jwt + service(tcp), ["foo/app=a", "--as", "config"]],
    ["another than is meant", jwt + service(tcp), ["foo/app=a", "--tcp-port", "9001"]],
  ];
  for (const [name, yaml, args] of refused) {
    it(`are an error: ${name}`, async () => {
      const { code, stdout, stderr } = await render(yaml, "--for", ...args);
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
      assert.match(stderr, /error: Istio takes port 9000 for tcp.*\[JP225\]/);
    });
  }
  const fine: readonly (readonly [name: string, yaml: string, args: readonly string[]])[] = [
    ["one that is meant", jwt + service(tcp), ["foo/app=a", "--tcp-port", "9000"]],
    ["another workload's", jwt + service(tcp), ["foo/app=b"]],
    ["another namespace's", jwt + service(tcp, "bar"), ["foo/app=a"]],
    ["a gateway's", jwt + service(tcp), ["foo/app=a", "--gateway"]],
    [
      "of an Envoy without Istio",
      jwt + service(tcp),
      ["foo/app=a", "--as", "envoy", "--upstream", "127.0.0.1:80"],
    ],
  ];
  for (const [name, yaml, args] of fine) {
    it(`but not ${name}`, async () => {
      const { code, stderr } = await render(yaml, "--for", ...args);
      const findings = stderr.replace(/^jwt-policy: --image: not used by --as envoy, and ignored\n/, "");
      assert.deepEqual({ code, findings }, { code: 0, findings: "" });
    });
  }
  it("are an error where Istio looks at the bytes", async () => {
    const { code, stdout, stderr } = await render(
      jwt + service("{name: web, port: 9000}"),
      "--for",
      "foo/app=a",
    );
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /error: port 9000 tells Istio no protocol.*\[JP225\]/);
    assert.match(stderr, /name it http-web/);
  });
  it("--tcp-port takes a number", async () => {
    const { code, stderr } = await render(jwt, "--for", "foo", "--tcp-port", "tcp");
    assert.equal(code, 2);
    assert.match(stderr, /--tcp-port tcp: expected the number/);
  });
});

describe("a Sidecar that keeps the issuer from the proxies", () => {
  const sidecar = (hosts: string) =>
    `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: s, namespace: foo}\nspec: {egress: [{hosts: [${hosts}]}]}\n---\n`;
  const cases: readonly (readonly [hosts: string, uri: string, says?: RegExp])[] = [
    ["istio-system/*", "https://idp.example.com/", /add ".\/idp.example.com"/],
    ["'./*'", "http://idp.auth.svc/", /add "auth\/idp.auth.svc.cluster.local"/],
    ["'./*'", "https://idp.example.com/"],
    ["'auth/*'", "http://idp.auth.svc/"],
  ];
  for (const [hosts, uri, says] of cases) {
    it(`${hosts}, ${uri}: ${says === undefined ? "nothing" : "a warning"}`, async () => {
      const { code, stderr } = await render(keysAt(uri) + sidecar(hosts), "--for", "foo/app=a");
      assert.equal(code, 0);
      if (says === undefined) assert.equal(stderr, "");
      else assert.match(stderr, says);
    });
  }
  it("matters to no gateway", async () => {
    const { stderr } = await render(jwt + sidecar("istio-system/*"), "--for", "foo/app=a", "--gateway");
    assert.equal(stderr, "");
  });
});

it("the plugins that docs/migration.md takes away are those that it has written", async () => {
  const text = await readFile(join(repositoryRoot, "docs", "migration.md"), "utf8");
  const rendered = [...text.matchAll(/render \S+ --for (\S+) --as wasmplugin/g)].map(([, workload]) =>
    workloadName({ ...parseWorkload(workload!), service: undefined }),
  );
  const deleted = [...text.matchAll(/kubectl delete wasmplugin -n foo ([^\s`]+)/g)].map(([, name]) => name!);
  assert.equal(new Set(deleted).size, 2);
  for (const name of deleted) assert.ok(rendered.includes(name), name);
});
