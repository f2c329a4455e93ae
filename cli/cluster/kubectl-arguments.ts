// The arguments of `kubectl jwt-policy`: those of jwt-policy, with the cluster in the place of files.

import { InputError } from "../../policies/resources/input-error.js";
import { namesObject } from "./kubectl.js";

/** Verbs that ask about the policies of the cluster. */
export const clusterVerbs = ["check", "explain", "render"] as const;

export interface KubectlArguments {
  readonly verb: string;
  /** For jwt-policy, without what follows. */
  readonly rest: readonly string[];
  /** For kubectl: which cluster. */
  readonly cluster: readonly string[];
  readonly namespace: string | undefined;
  /** The objects that `--for` names. */
  readonly objects: readonly string[];
}

const ofCluster = ["--context", "--kubeconfig"];

/**
 * Takes the arguments apart.
 * @throws InputError if the verb is none of a cluster's, or an option lacks its value
 */
export function readKubectlArguments(args: readonly string[]): KubectlArguments {
  const [verb, ...others] = args;
  if (verb === undefined || !clusterVerbs.some((one) => one === verb))
    throw new InputError(
      `kubectl jwt-policy ${verb ?? ""}: expected ${clusterVerbs.slice(0, -1).join(", ")} or ${clusterVerbs.at(-1)!}; jwt-policy has the other verbs`,
    );
  const rest: string[] = [];
  const cluster: string[] = [];
  const objects: string[] = [];
  let namespace: string | undefined;
  for (let i = 0; i < others.length; i++) {
    const [name = "", ...given] = others[i]!.startsWith("--") ? others[i]!.split("=") : [others[i]!];
    const isTaken = ofCluster.includes(name) || ["-n", "--namespace", "--for"].includes(name);
    if (!isTaken) {
      rest.push(others[i]!);
      continue;
    }
    const value = given.length > 0 ? given.join("=") : others[++i];
    if (value === undefined) throw new InputError(`${name}: expected a value`);
    if (ofCluster.includes(name)) cluster.push(name, value);
    else if (name !== "--for") namespace = value;
    else if (namesObject(value)) objects.push(value);
    else rest.push(name, value);
  }
  return { verb, rest, cluster, namespace, objects };
}
