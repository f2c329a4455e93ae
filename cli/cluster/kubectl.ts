// What kubectl says of a cluster: the policies and workloads that are there, and whose pods a Deployment has.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { InputError } from "../../policies/resources/input-error.js";
import { MAX_INPUT_BYTES } from "../terminal/bounded-text.js";

/** The policies, and what their selectors are about. Istio's kinds by their full names: others have an AuthorizationPolicy too. */
const kinds = [
  "requestauthentications.security.istio.io",
  "authorizationpolicies.security.istio.io",
  "services",
  "deployments",
  "statefulsets",
  "daemonsets",
].join();

/** Kinds whose pods' labels are in their template, and pods themselves; with the short names that kubectl takes. */
const workloadKind =
  /^(?:deploy(?:ments?)?|sts|statefulsets?|ds|daemonsets?|rs|replicasets?|jobs?|po|pods?)(?:\.apps|\.batch)?\//;

/** Whether `--for` names an object of the cluster, `deploy/httpbin`, and not labels. */
export function namesObject(value: string): boolean {
  return workloadKind.test(value);
}

interface KubernetesObject {
  readonly metadata?: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

export class Kubectl {
  /** @param options those that name a cluster: `--context`, `--kubeconfig` */
  constructor(private readonly options: readonly string[]) {}

  /** All policies and workloads, as JSON. */
  policies(): Promise<string> {
    return this.run(["get", kinds, "--all-namespaces", "--output", "json"]);
  }

  /**
   * The pods of an object as `--for` takes them: `foo/app=httpbin,version=v1`.
   * @param namespace undefined: that of kubectl's context
   */
  async workload(object: string, namespace: string | undefined): Promise<string> {
    const scope = namespace === undefined ? [] : ["--namespace", namespace];
    const text = await this.run(["get", object, ...scope, "--output", "json"]);
    const { metadata, spec } = JSON.parse(text) as KubernetesObject;
    const labels = spec?.template === undefined ? metadata?.labels : spec.template.metadata?.labels;
    const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`);
    return `${metadata?.namespace ?? namespace ?? "default"}/${pairs.join()}`;
  }

  private async run(args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await promisify(execFile)("kubectl", [...this.options, ...args], {
        maxBuffer: MAX_INPUT_BYTES,
      });
      return stdout;
    } catch (error) {
      const { code, stderr = "", message } = error as Error & { code?: string | number; stderr?: string };
      if (code === "ENOENT") throw new InputError("there is no kubectl on PATH");
      throw new InputError(`kubectl ${args.slice(0, 2).join(" ")}: ${stderr.trim() || message}`);
    }
  }
}
