// Native and this filter on the same pods, one after the other: the policies as they are, then what `jwt-policy render` makes of them.

import { waitFor } from "../../../cli/envoy/wait-for.js";
import type { Pod } from "../stage/pod.js";
import { TAKES_EFFECT } from "../stage/proxy.js";
import type { StageAnswer } from "../stage/request.js";
import {
  jwtRulesOf,
  pluginsOf,
  resourcesOf,
  selects,
  yamlOf,
  type JwtRule,
  type Resource,
} from "../stage/resource.js";
import { IMAGE, type Stage } from "../stage/stage.js";
import { answerLine } from "./answers.js";
import { runCommand } from "./command.js";
import type { PolicySet, SetRequest, SetToken } from "./policy-set.js";

export interface ComparedAnswer {
  readonly request: SetRequest;
  readonly native: string;
  readonly ours: string;
}

export interface Comparison {
  readonly answers: readonly ComparedAnswer[];
  /** What `render` said besides. */
  readonly remarks: string;
  /** Workloads that it refused. */
  readonly refused: number;
}

/** Counts the policies that mark that all before them have arrived. */
let marks = 0;

/**
 * Puts a set's requests to both. Its pods and namespaces stand already; nothing of the set stays behind.
 * @param podOf the pod of a workload, by `namespace/name`
 */
export async function compare(
  stage: Stage,
  set: PolicySet,
  podOf: (workload: string) => Pod,
): Promise<Comparison> {
  const rules = jwtRulesOf(set.policies);
  await servePlaces(stage, [set]);
  const requests = await Promise.all(set.requests.map((request) => signed(stage, rules, request)));
  const served = set.workloads.filter(({ client }) => client !== true);
  const pods = served.map(({ name, namespace }) => podOf(`${namespace}/${name}`));
  const ask = (request: SetRequest) => send(stage, set, podOf, request);

  const drained = async () => {
    if (set.requests.every(({ from }) => from === undefined)) return;
    for (const pod of pods) await pod.proxy.hasDrained();
  };

  if (set.surroundings.length > 0) await stage.apply(yamlOf(set.surroundings));
  const native: StageAnswer[] = [];
  try {
    await applyNative(stage, set.policies, pods);
    await drained();
    for (const request of requests) native.push(await ask(request));
  } finally {
    await deleteResources(stage, set.policies);
  }
  for (const pod of pods) await pod.proxy.hasNative({ policies: [], issuers: [] });

  const rendered: Resource[] = [];
  const ours: StageAnswer[] = [];
  let remarks = "";
  let refused = 0;
  try {
    for (const pod of pods) {
      const { resources, said, code } = await render(stage, set, pod);
      remarks += said;
      if (code !== 0) refused++;
      rendered.push(...resources);
    }
    if (rendered.length > 0) await stage.apply(yamlOf(rendered));
    for (const pod of pods) {
      const own = Object.entries(pluginsOf(rendered)).filter(([name]) => isFor(rendered, name, pod));
      await pod.proxy.hasPlugins(Object.fromEntries(own));
      const { reachedBy } = served[pods.indexOf(pod)]!;
      const entry = reachedBy === undefined ? pod : podOf(reachedBy);
      if (own.length > 0) await hasKeys(stage, entry, rules);
    }
    await drained();
    for (const request of requests) ours.push(await ask(request));
  } finally {
    await deleteResources(stage, rendered);
  }
  for (const pod of pods) await pod.proxy.hasPlugins({});
  await deleteResources(stage, set.surroundings);
  return {
    ...{ remarks, refused },
    answers: set.requests.map((request, i) => ({
      request,
      native: answerLine(native[i]!),
      ours: answerLine(ours[i]!),
    })),
  };
}

/** Serves the keys of sets where they say; to be called for all sets at once, since a new place takes seconds to be known. */
export async function servePlaces(stage: Stage, sets: readonly PolicySet[]): Promise<void> {
  const rules = sets.flatMap(({ policies }) => jwtRulesOf(policies)).filter(({ jwks }) => jwks === undefined);
  await Promise.all(rules.map(({ issuer, jwksUri }) => stage.servePlace(jwksUri ?? issuer, issuer)));
}

/** Applies native policies, and waits until the proxies of pods have them. */
export async function applyNative(
  stage: Stage,
  policies: readonly Resource[],
  pods: readonly Pod[],
): Promise<void> {
  if (policies.length > 0) await stage.apply(yamlOf(policies));
  // What comes behind them in istiod's queue, and decides nothing.
  const name = `stage-mark-${++marks}`;
  const spec = { action: "AUDIT", rules: [{ to: [{ operation: { paths: ["/stage-mark"] } }] }] };
  const [apiVersion, kind] = ["security.istio.io/v1", "AuthorizationPolicy"];
  const marked = pods.map((pod) => ({
    ...{ apiVersion, kind, metadata: { name: `${name}-${pod.name}`, namespace: pod.namespace } },
    spec: { ...spec, ...attachment(pod) },
  }));
  await stage.apply(yamlOf(marked));
  for (const pod of pods) {
    await pod.proxy.hasListeners("native policies", (text) =>
      text.includes(`ns[${pod.namespace}]-policy[${name}-${pod.name}]-rule[0]`),
    );
  }
  await stage.kubectl(["delete", "-f", "-"], yamlOf(marked));
  for (const pod of pods) {
    await pod.proxy.hasListeners(
      "native policies without the mark",
      (text) => !text.includes(`policy[${name}-`),
    );
  }
}

/** What makes a policy one for a pod: a waypoint's look at no selector. */
function attachment(pod: Pod): object {
  if (pod.kind !== "waypoint") return { selector: { matchLabels: pod.labels } };
  const name = pod.labels["gateway.networking.k8s.io/gateway-name"] ?? pod.name;
  return { targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name }] };
}

async function deleteResources(stage: Stage, resources: readonly Resource[]): Promise<void> {
  if (resources.length > 0)
    await stage.kubectl(["delete", "--ignore-not-found", "-f", "-"], yamlOf(resources));
}

/** What `render` writes for a pod; nothing, with what it said, when it refuses. */
async function render(
  stage: Stage,
  set: PolicySet,
  pod: Pod,
): Promise<{ readonly resources: readonly Resource[]; readonly said: string; readonly code: number | null }> {
  const labels = Object.entries(pod.labels).map(([label, value]) => `${label}=${value}`);
  const input = yamlOf([...set.policies, ...set.surroundings]);
  const image = ["--image", `oci://${IMAGE}:${stage.image.tag}`];
  const args = [
    "render",
    "-",
    "--for",
    `${pod.namespace}/${labels.join(",")}`,
    "--as",
    "wasmplugin",
    ...image,
  ];
  const { code, stdout, stderr } = await runCommand([...args, ...(set.render ?? [])], input);
  const said = stderr === "" ? "" : `render for ${pod.namespace}/${pod.name}: ${stderr.trim()}\n`;
  return { resources: resourcesOf(stdout), said, code };
}

/** Whether a plugin's selector is for a pod. */
function isFor(rendered: readonly Resource[], plugin: string, pod: Pod): boolean {
  const found = rendered.find(
    ({ metadata }) => `${metadata.namespace ?? "default"}.${metadata.name}` === plugin,
  );
  return found?.metadata.namespace === pod.namespace && selects(found, pod.labels);
}

/** Waits until a pod's filter has the keys of all rules: before that it refuses good tokens for want of them. */
async function hasKeys({ world }: Stage, pod: Pod, rules: readonly JwtRule[]): Promise<void> {
  for (const rule of rules.filter(({ jwks }) => jwks === undefined)) {
    const token = await world.sign({ iss: rule.issuer, sub: "probe@clients", aud: null });
    const probe = probeOf(rule, token);
    await waitFor(`keys of ${rule.issuer} in ${pod.namespace}/${pod.name}`, TAKES_EFFECT, async () => {
      const { status, body } = await world.request({ address: pod.address, port: pod.port, ...probe });
      return status !== 0 && status !== 503 && !body.startsWith("Jwks");
    });
  }
}

/** A request with a token where a rule looks for it. */
function probeOf(rule: JwtRule, token: string): Pick<SetRequest, "path" | "headers"> {
  const [header] = rule.fromHeaders ?? [];
  if (header !== undefined) return { headers: { [header.name]: `${header.prefix ?? ""}${token}` } };
  const [param] = rule.fromParams ?? [];
  if (param !== undefined) return { path: `/probe?${encodeURIComponent(param)}=${token}` };
  const [cookie] = rule.fromCookies ?? [];
  if (cookie !== undefined) return { headers: { cookie: `${cookie}=${token}` } };
  return { headers: { authorization: `Bearer ${token}` } };
}

/** The request with its token signed, and put where it says. */
async function signed(stage: Stage, rules: readonly JwtRule[], request: SetRequest): Promise<SetRequest> {
  if (request.token === undefined) return request;
  const token =
    typeof request.token === "string" ? request.token : await signedToken(stage, rules, request.token);
  const text = JSON.stringify({ path: request.path, headers: request.headers });
  if (!text.includes("{token}")) return { ...request, token };
  const rest = Object.entries(request).filter(([field]) => field !== "token");
  const placed = JSON.parse(text.replaceAll("{token}", token)) as Pick<SetRequest, "path" | "headers">;
  return { ...(Object.fromEntries(rest) as SetRequest), ...placed };
}

function signedToken(
  { world }: Stage,
  [first]: readonly JwtRule[],
  { claims, signer, expiresIn }: SetToken,
): Promise<string> {
  const iss = first?.issuer ?? "https://idp.example.com/";
  return world.sign({ iss, ...claims }, signer ?? "trusted", expiresIn ?? 3600);
}

function send(
  { world }: Stage,
  { workloads }: PolicySet,
  podOf: (workload: string) => Pod,
  request: SetRequest,
): Promise<StageAnswer> {
  const [first] = workloads;
  const to = podOf(request.to ?? `${first!.namespace}/${first!.name}`);
  const { from, token, method, path, port, headers } = request;
  const given = {
    host: request.host,
    method,
    path,
    port,
    headers,
    token: typeof token === "string" ? token : undefined,
  };
  const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (from === undefined) return world.request({ port: to.port, ...sent, address: to.address });
  const host =
    request.host ?? `${to.name}.${to.namespace}${request.port === undefined ? "" : `:${request.port}`}`;
  return podOf(from).request({ ...sent, address: to.serviceAddress, host });
}
