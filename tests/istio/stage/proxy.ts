// What a pod's Envoy has been given, from its admin endpoint: what the stage waits for instead of sleeping.

import { isDeepStrictEqual } from "node:util";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import type { StageAnswer } from "./request.js";

/** How long istiod and Envoy may take to bring something into effect, in milliseconds: seconds on two busy cores. */
export const TAKES_EFFECT = 90_000;

export interface Proxy {
  /** A page of Envoy's admin endpoint. */
  admin(page: string, method?: string): Promise<string>;
  /** The filters that plugins have made of WasmPlugins and TrafficExtensions, by their names (`foo.httpbin-jwt-policy`). */
  plugins(): Promise<ReadonlyMap<string, Plugin>>;
  /**
   * Waits until the plugins in the listeners are these, with these configurations, and no listener is on its way.
   */
  hasPlugins(wanted: Readonly<Record<string, unknown>>): Promise<void>;
  /** Waits until native filters enforce the policies of these names and verify tokens of these issuers, and no others. */
  hasNative(wanted: NativePolicies): Promise<void>;
  /** Waits until no listener is on its way out: connections that other proxies keep still go to such a one. */
  hasDrained(): Promise<void>;
  /** Waits for anything else about this proxy. */
  becomes(what: string, condition: () => Promise<boolean>): Promise<void>;
  /** Waits for anything about the listeners that Envoy serves. */
  hasListeners(what: string, condition: (listeners: string) => boolean): Promise<void>;
}

export interface Plugin {
  /** `pluginConfig`; undefined if there is none. */
  readonly configuration: unknown;
  /** The whole of it. */
  readonly text: string;
}

export interface NativePolicies {
  /** `namespace/name` of AuthorizationPolicies. */
  readonly policies: readonly string[];
  readonly issuers: readonly string[];
}

interface ConfigDump {
  readonly configs?: readonly {
    readonly "@type": string;
    readonly dynamic_listeners?: readonly {
      readonly name: string;
      readonly active_state?: unknown;
      readonly warming_state?: unknown;
    }[];
    readonly ecds_filters?: readonly {
      readonly ecds_filter?: { readonly name: string; readonly typed_config?: WasmFilter };
    }[];
  }[];
}

interface WasmFilter {
  readonly config?: { readonly configuration?: { readonly value?: string } };
}

/** The resources that Istio makes of WasmPlugins and TrafficExtensions (pilot/pkg/model/extensions.go). */
const PLUGIN = /extensions\.istio\.io\/trafficextension\/[^"~]+/g;

/** `foo.httpbin-jwt-policy` of `extensions.istio.io/trafficextension/foo.httpbin-jwt-policy~istio-translated-wasmplugin`. */
function pluginName(resource: string): string {
  return resource.replace(/^.*\//, "").replace(/~.*$/, "");
}

/** @param get asks the admin endpoint: a method, a path with its query */
export function proxyOf(name: string, get: (method: string, path: string) => Promise<StageAnswer>): Proxy {
  const admin = async (page: string, method = "GET") => {
    const { status, body } = await get(method, page);
    if (status !== 200) throw new Error(`${name}: ${method} ${page}: ${status} ${body}`);
    return body;
  };
  const dump = async () => JSON.parse(await admin("/config_dump?include_eds")) as ConfigDump;

  /** The active listeners as one text; undefined while one is on its way. */
  const listeners = async (): Promise<string | undefined> => {
    const all = ((await dump()).configs ?? []).flatMap(({ dynamic_listeners }) => dynamic_listeners ?? []);
    if (all.some(({ warming_state }) => warming_state !== undefined)) return undefined;
    return JSON.stringify(all.map(({ active_state }) => active_state));
  };
  const plugins = async () => {
    const filters = ((await dump()).configs ?? []).flatMap(({ ecds_filters }) => ecds_filters ?? []);
    return new Map(
      filters.flatMap(({ ecds_filter }) => {
        if (ecds_filter?.typed_config === undefined) return [];
        const text = ecds_filter.typed_config.config?.configuration?.value;
        const configuration: unknown = text === undefined ? undefined : JSON.parse(text);
        return [
          [pluginName(ecds_filter.name), { configuration, text: JSON.stringify(ecds_filter) }] as const,
        ];
      }),
    );
  };
  const hasListeners = async (what: string, condition: (text: string) => boolean) => {
    await waitFor(`${name}: ${what}`, TAKES_EFFECT, async () => {
      const text = await listeners();
      return text !== undefined && condition(text);
    });
  };
  return {
    admin,
    plugins,
    hasListeners,
    hasDrained: async () => {
      const page = "/stats?filter=^listener_manager\\.total_(listeners|filter_chains)_draining$";
      await waitFor(
        `${name}: listeners to drain`,
        TAKES_EFFECT,
        async () => !/: [1-9]/.test(await admin(page)),
      );
    },
    becomes: async (what, condition) => {
      await waitFor(`${name}: ${what}`, TAKES_EFFECT, condition);
    },
    hasPlugins: async (wanted) => {
      const names = Object.keys(wanted);
      await waitFor(`${name}: the plugins ${names.join(", ") || "(none)"}`, TAKES_EFFECT, async () => {
        const text = await listeners();
        if (text === undefined) return false;
        const inListeners = new Set([...text.matchAll(PLUGIN)].map(([resource]) => pluginName(resource)));
        const found = await plugins();
        return (
          isDeepStrictEqual([...inListeners].sort(), [...names].sort()) &&
          names.every((plugin) => isDeepStrictEqual(found.get(plugin)?.configuration, wanted[plugin]))
        );
      });
    },
    hasNative: ({ policies, issuers }) =>
      hasListeners(
        `native filters for the policies ${policies.join(", ")} and the issuers ${issuers.join(", ")}`,
        (text) => {
          const enforced = [...text.matchAll(/"ns\[([^\]]+)\]-policy\[([^\]]+)\]-rule\[/g)];
          const names = new Set(enforced.map(([, namespace, policy]) => `${namespace}/${policy}`));
          const verified = [...text.matchAll(/"issuer":"([^"]+)"/g)].map(([, issuer]) => issuer!);
          return (
            isDeepStrictEqual([...names].sort(), [...new Set(policies)].sort()) &&
            isDeepStrictEqual([...new Set(verified)].sort(), [...new Set(issuers)].sort())
          );
        },
      ),
  };
}
