// The plugin configuration for one workload: what the filter is given (docs/configuration.md).

import { parseGoDuration } from "../golang/duration.js";
import { mergedExtensions } from "../extensions/merged-extensions.js";
import { actionOf, attachmentFields, isDryRun, type Policy } from "../istio/policy.js";
import type { Selection } from "../istio/selection.js";
import { itemsOf, stringAt, toJson, valueAt, type Json, type JsonObject } from "../resources/tree.js";
import { clustersElsewhere } from "../key-sources/jwks-origin.js";

/** The key of the filter state in which a set_filter_state filter leaves the TCP peer's address. */
export const directRemoteAddressKey = "jwt_policy.direct_remote";

export interface PluginConfig {
  requestAuthentications?: JsonObject[];
  authorizationPolicies?: JsonObject[];
  extensions?: JsonObject;
  clusters?: Record<string, string>;
  trustDomain?: string;
  trustDomainAliases?: string[];
  directRemoteAddress?: string;
  peerUriSans?: string;
  peerDnsSans?: string;
  peerCertificate?: string;
  accessLog?: boolean;
}

export interface TrustDomains {
  readonly trustDomain: string | undefined;
  readonly aliases: readonly string[];
}

/** Where nobody has said what the mesh's are. */
export const noTrust: TrustDomains = { trustDomain: undefined, aliases: [] };

/** What is changed for the time in which the native filters work on the same requests (docs/migration.md). */
export interface Coexistence {
  /** Policies count and log, and decide nothing. */
  readonly dryRun: boolean;
  /** Tokens stay in the request, whatever forwardOriginalToken says. */
  readonly forwardToken: boolean;
}

const alone: Coexistence = { dryRun: false, forwardToken: false };

/**
 * The configuration for the policies that apply to a workload, in Istio's order.
 * @param clusters origin of a jwksUri -> Envoy cluster; origins left out keep the filter's default, outbound|port||host, and are named
 * where the filter would not follow an issuer to them otherwise
 */
export function pluginConfig(
  selection: Selection,
  clusters: ReadonlyMap<string, string>,
  trust: TrustDomains,
  coexistence: Coexistence = alone,
): PluginConfig {
  const { requestAuthentications, authorizationPolicies } = selection;
  const extensions = mergedExtensions(selection.extensions);
  const named = new Map([...clustersElsewhere(requestAuthentications), ...clusters]);
  const entries = (policies: readonly Policy[]) => policies.map((policy) => entryOf(policy, coexistence));
  return {
    ...(requestAuthentications.length > 0 ? { requestAuthentications: entries(requestAuthentications) } : {}),
    ...(authorizationPolicies.length > 0 ? { authorizationPolicies: entries(authorizationPolicies) } : {}),
    ...(extensions === undefined ? {} : { extensions }),
    ...(named.size > 0 ? { clusters: Object.fromEntries(named) } : {}),
    ...(trust.trustDomain === undefined ? {} : { trustDomain: trust.trustDomain }),
    ...(trust.aliases.length > 0 ? { trustDomainAliases: [...trust.aliases] } : {}),
    ...(needsDirectRemoteAddress(authorizationPolicies)
      ? { directRemoteAddress: directRemoteAddressKey }
      : {}),
  };
}

/** Whether a policy asks for the address of the TCP peer, which no proxy-wasm property gives. */
export function needsDirectRemoteAddress(policies: readonly Policy[]): boolean {
  return policies.some((policy) =>
    itemsOf(valueAt(policy.spec, "rules")).some(
      (rule) =>
        itemsOf(valueAt(rule, "from")).some(
          (from) =>
            itemsOf(valueAt(from, "source", "ipBlocks")).length > 0 ||
            itemsOf(valueAt(from, "source", "notIpBlocks")).length > 0,
        ) || itemsOf(valueAt(rule, "when")).some((condition) => stringAt(condition, "key") === "source.ip"),
    ),
  );
}

function entryOf(policy: Policy, { dryRun, forwardToken }: Coexistence): JsonObject {
  const { resource, spec } = policy;
  // They have done their work, and the filter refuses them.
  const fields = spec.entries.filter(({ key }) => !attachmentFields.has(key));
  const read = asProtobuf(toJson({ ...spec, entries: fields })) as JsonObject;
  const { name, namespace } = resource;
  if (policy.kind === "RequestAuthentication") {
    const rules = (read["jwtRules"] ?? []) as JsonObject[];
    if (!forwardToken || rules.length === 0) return { name, namespace, ...read };
    return {
      name,
      namespace,
      ...read,
      jwtRules: rules.map((rule) => ({ ...rule, forwardOriginalToken: true })),
    };
  }
  const action = actionOf(policy);
  // AUDIT decides nothing as it is.
  const tried = isDryRun(policy) || (dryRun && action !== "AUDIT");
  return { name, namespace, action, ...(tried ? { dryRun: true } : {}), ...read };
}

/**
 * As protobuf's JSON has it: a null or an empty list is a field that is not set, and a duration is seconds, where the
 * API server takes all that Go does (`1m30s`).
 */
function asProtobuf(value: Json): Json {
  if (Array.isArray(value)) return value.map(asProtobuf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (member === null || (Array.isArray(member) && member.length === 0)) return [];
      const seconds = name === "timeout" && typeof member === "string" ? secondsOf(member) : undefined;
      return [[name, seconds ?? asProtobuf(member)] as const];
    }),
  );
}

/** `90s` for `1m30s`; undefined for what is no duration. */
function secondsOf(text: string): string | undefined {
  const nanoseconds = parseGoDuration(text);
  if (nanoseconds === undefined) return undefined;
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${nanoseconds / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
}
