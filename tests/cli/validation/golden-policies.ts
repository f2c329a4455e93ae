// Istio's own policies: those of its tests, golden files, samples and data sets, as they are in its Go module. Each is judged by real Istio and by
// `check`, and `render` is asked for the workload that it selects.

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { readPolicy, type Policy } from "../../../policies/istio/policy.js";
import { parseResources } from "../../../policies/documents/documents.js";
import { schemaObjections, webhookObjections } from "../../../policies/validation/validate-policy.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { askReferee, type Finding } from "../../referee/client.js";
import { runCommand } from "../string-terminal.js";

interface GoldenPolicy {
  readonly file: string;
  readonly text: string;
  readonly policy: Policy;
}

/** What Istio and this command see differently, and what `render` refuses without a reason of its own; and how many were asked about. */
export async function goldenFaults(): Promise<{ readonly faults: string[]; readonly count: number }> {
  const policies = await goldenPolicies();
  const workload = { namespace: "nowhere", labels: {} };
  const answers = await askReferee(
    policies.map(({ text }, i) => ({ id: String(i), resources: text, workload })),
  );
  const faults: string[] = [];
  for (const [i, one] of policies.entries()) {
    const { kind, resource } = one.policy;
    const verdict = answers[i]?.findings?.find((finding) => finding.resource.startsWith(kind));
    const fault =
      disagreement(one.policy, verdict) ?? (verdict === undefined ? await unrendered(one) : undefined);
    if (fault !== undefined) faults.push(`${one.file}, ${kind} ${resource.name}: ${fault}`);
  }
  return { faults, count: policies.length };
}

async function goldenPolicies(): Promise<GoldenPolicy[]> {
  const cwd = join(repositoryRoot, "tests", "referee", "istio");
  const { stdout } = await promisify(execFile)("go", ["list", "-m", "-f", "{{.Dir}}", "istio.io/istio"], {
    cwd,
  });
  const root = stdout.trim();
  const files = (await readdir(root, { recursive: true })).filter((file) => /\.ya?ml$/.test(file)).sort();
  const policies: GoldenPolicy[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), "utf8");
    // Templates are no YAML until something fills them in.
    if (!text.includes("security.istio.io/v1") || text.includes("{{")) continue;
    for (const document of text.split(/^---\s*$/m)) {
      const [policy] = parseResources([{ file: relative(root, file), text: document }], "default").flatMap(
        (resource) => readPolicy(resource) ?? [],
      );
      if (policy !== undefined) policies.push({ file, text: document, policy });
    }
  }
  return policies;
}

function disagreement(policy: Policy, verdict: Finding | undefined): string | undefined {
  const schema = schemaObjections(policy);
  const webhook = webhookObjections(policy).filter(({ severity }) => severity === "error");
  const same =
    schema.length > 0 === (verdict?.schema !== undefined) &&
    webhook.length > 0 === (verdict?.webhook !== undefined);
  if (same) return undefined;
  const ours = [...schema, ...webhook].map(({ message }) => message).join("; ");
  return `Istio says ${JSON.stringify(verdict ?? "nothing")}, check says ${ours || "nothing"}`;
}

/** Why `render` writes nothing for the workload that a policy selects; undefined if it does, or says that the filter cannot enforce it. */
async function unrendered({ text, policy }: GoldenPolicy): Promise<string | undefined> {
  const { code, stderr } = await runCommand(["render", "-", ...workloadOf(policy)], text);
  return code === 0 || /\[JP00[13]\]/.test(stderr) ? undefined : stderr;
}

function workloadOf({ resource, matchLabels, targetRefs }: Policy): string[] {
  const { namespace } = resource;
  const [target] = targetRefs;
  if (target === undefined) {
    const labels = [...(matchLabels ?? [])].map(([label, value]) => `${label}=${value}`);
    return ["--for", `${namespace}/${labels.join(",")}`];
  }
  const gateway = (name: string) => `${namespace}/gateway.networking.k8s.io/gateway-name=${name}`;
  if (target.kind === "Gateway") return ["--for", gateway(target.name)];
  const waypoint = ["--for", gateway("waypoint"), "--waypoint"];
  if (target.kind === "GatewayClass") return [...waypoint, "--root-namespace", namespace];
  return [...waypoint, target.kind === "Service" ? "--service" : "--service-entry", target.name];
}
