// `kubectl` and `istioctl` for a newcomer without a cluster: knows objects by the file policies.yaml in $CLUSTER, and keeps what it is told.
// It refuses what it does not know, so that a page that prints another command fails. What a real control plane makes of the same lines is for
// tests/istio/cases/pages.ts, which runs those of mesh-blocks.ts.

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const cluster = process.env.CLUSTER!;
const [program, ...args] = process.argv.slice(2);
const line = [program, ...args].join(" ");

interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

function documents(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) fail(document.errors[0]!.message);
    return document.toJS() as KubernetesObject;
  });
}

function fail(why: string): never {
  process.stderr.write(`${line}: ${why}\n`);
  process.exit(1);
}

function apply(text: string): void {
  for (const { apiVersion, kind, metadata } of documents(text)) {
    if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) fail("no object");
    process.stdout.write(`${kind.toLowerCase()}.${apiVersion.split("/")[0]!}/${metadata.name} created\n`);
  }
  appendFileSync(join(cluster, "applied.yaml"), `---\n${text}`);
}

/** `delete <plural> -n <namespace> <name>...` */
function remove([plural, option, namespace, ...names]: readonly string[]): void {
  if (option !== "-n") fail("where is -n?");
  const there = documents(readFileSync(join(cluster, "policies.yaml"), "utf8"));
  for (const name of names) {
    const known = there.some(
      ({ kind, metadata }) =>
        `${kind!.toLowerCase().replace(/y$/, "ie")}s` === plural &&
        metadata?.namespace === namespace &&
        metadata?.name === name,
    );
    if (!known) fail(`${plural!} "${name}" not found`);
  }
}

if (line === "kubectl apply -f -") apply(readFileSync(0, "utf8"));
else if (line === "kubectl get -A -o yaml requestauthentications,authorizationpolicies") {
  const items = documents(readFileSync(join(cluster, "policies.yaml"), "utf8"));
  process.stdout.write(`${JSON.stringify({ apiVersion: "v1", kind: "List", items })}\n`);
} else if (line.startsWith("kubectl delete ")) remove(args.slice(1));
else if (line === "kubectl logs deploy/httpbin -n foo -c istio-proxy")
  process.stdout.write(readFileSync(join(cluster, "istio-proxy.log"), "utf8"));
else if (line === "istioctl proxy-config log deploy/httpbin -n foo --level wasm:debug")
  process.stdout.write("wasm: debug\n");
else fail("the stand-in does not know this command");
