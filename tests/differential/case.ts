// A case: one request to one policy. Cases are data, so that Envoy and host/ can both run them.
import type { RequestSpec } from "./compared/exchange.js";
import type { Policy } from "./policy.js";

export interface Case {
  readonly policy: Policy;
  /** Says what the request is about, unique within the policy. */
  readonly label: string;
  readonly request: RequestSpec;
  /** Where this filter answers differently on purpose; absent: the answers must be equal. */
  readonly deliberate?: DeliberateDifference;
}

/** One of the deliberate differences (docs/differences.md), and what each side is expected to answer. */
export interface DeliberateDifference {
  readonly difference:
    | "strict JSON"
    | "query left as it was"
    | "no token in the realm"
    | "algorithm fits the key"
    | "one URI a certificate"
    | "names of a certificate that the text does not tell"
    | "RSA keys of 1017 bits"
    | "256 keys in a set"
    | "an identity has its headers"
    | "crit is refused"
    | "alg Ed25519"
    | "route chosen anew";
  readonly native: Expectation;
  readonly ours: Expectation;
}

/** What is looked at in an answer that is not compared with the other side's; absent members are not looked at. */
export interface Expectation {
  /** 0: the policy was refused because of its keys. */
  readonly status: number;
  /** Body of the local reply, or what is wrong with the keys. */
  readonly body?: string;
  /** The path that reaches the upstream. */
  readonly path?: string;
  /** A header of the upstream's request and its values, joined by commas; "" if it must not be there. */
  readonly received?: readonly [name: string, value: string];
  /** The WWW-Authenticate header. */
  readonly challenge?: string;
}

/** Cases that are about one thing. */
export interface Table {
  /** The file's name in cases/, and in data/native/. */
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Every policy with every request: the cross product of a table's two axes. */
export function cross(policies: readonly Policy[], requests: Readonly<Record<string, RequestSpec>>): Case[] {
  return policies.flatMap((policy) =>
    Object.entries(requests).map(([label, request]) => ({ policy, label, request })),
  );
}

/** The policies of a table, each once. */
export function policiesOf(table: Table): Policy[] {
  return [...new Set(table.cases.map((one) => one.policy))];
}
