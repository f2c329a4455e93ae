// What grows along a curve: policies, issuers, header lines, the token, workers. And beside the curves the algorithms, which do not grow.

import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import {
  issuersConfig,
  manyIssuers,
  onePolicy,
  onlyPolicies,
  scale,
} from "../../differential/cases/scale.js";
import { keySetPlaceholder } from "../../differential/keys/key-sets.js";
import { readNative } from "../../differential/native/native-filters.js";
import { requestAuthentication, type PluginConfig } from "../../differential/policy.js";
import { mint, type TokenSpec } from "../../differential/token.js";
import { nativeFilters, ourFilter, type Variant } from "../listeners.js";
import { CONNECTIONS } from "../load.js";
import { NATIVE, NATIVE_CACHE, OURS } from "../variants.js";
import { AUDIENCE, type Workload } from "../workloads.js";
import { withIssuers, withPolicies } from "./scaled-native.js";

/** The lines of each picture. */
export const SERIES = [NATIVE, NATIVE_CACHE, OURS] as const;

export interface Point {
  /** What stands under it: `1,000`, `ES256`. */
  readonly label: string;
  /** By series. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly workload: Workload;
  /** Of Envoy, which is started anew where it changes. */
  readonly workers: number;
  /** Of one run: fewer where each takes long. */
  readonly requests: number;
}

export interface Curve {
  /** What grows. */
  readonly title: string;
  /** What the requests are. */
  readonly told: string;
  /** False: its points are kinds, and none is more than another. */
  readonly grows: boolean;
  readonly points: readonly Point[];
}

/** Distinct tokens: more than native's cache holds, fewer than ours. */
const KNOWN_TOKENS = 16;
/** More than either cache holds while they are asked in turn: ours is told to hold none. */
const NEW_TOKENS = 1000;

const claims = { aud: AUDIENCE, iat: "@now", scope: "read:headers write:headers", gty: "client-credentials" };

function tokens(count: number, more: TokenSpec = {}): readonly Readonly<Record<string, string>>[] {
  return Array.from({ length: count }, (_, i) => {
    const sub = `client-${String(i).padStart(5, "0")}@clients`;
    const token = mint({ ...more, claims: { sub, ...claims, ...more.claims } });
    return { authorization: `Bearer ${token}` };
  });
}

const asked = (headers: readonly Readonly<Record<string, string>>[]): Workload => ({
  traffic: { path: "/headers", headers },
  status: 200,
});

/** All of them. @param requests of a run, where a request does not take long */
export async function makeCurves(requests: number): Promise<Curve[]> {
  const answers = await readNative(scale);
  const one = answers.get(onePolicy.name)!;
  const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
  let number = 0;
  /** @param filters what Istio makes of the configuration, with the cache or without */
  const variants = (filters: (cache: boolean) => unknown[], config: PluginConfig, settings = {}) => {
    const name = (series: string) => `${series} ${++number}`;
    const policy = { name: "curve", config };
    const ours = name(OURS);
    return {
      [NATIVE]: { name: name(NATIVE), filters: filters(false) },
      [NATIVE_CACHE]: { name: name(NATIVE_CACHE), filters: filters(true) },
      [OURS]: { name: ours, filters: [ourFilter(ours, wasm, policy, settings)] },
    };
  };
  const plain = () => variants((cache) => nativeFilters(one, cache), onePolicy.config);
  const point = (label: string, made: Point["variants"], workload: Workload, more: Partial<Point> = {}) => ({
    label,
    variants: made,
    workload,
    workers: 1,
    requests,
    ...more,
  });
  const known = asked(tokens(KNOWN_TOKENS));
  const count = (n: number) => n.toLocaleString("en");

  const policies = [1, 10, 100, 1000, 10_000].map((n) =>
    point(
      count(n),
      variants((cache) => withPolicies(nativeFilters(one, cache), n), {
        ...onePolicy.config,
        ...onlyPolicies(n),
      }),
      known,
      { requests: n > 1000 ? Math.max(CONNECTIONS, Math.ceil(requests / 10)) : requests },
    ),
  );
  const issuers = [1, 10, 100, 1000].map((n) => {
    const many = answers.get(manyIssuers.name)!;
    return point(
      count(n),
      variants((cache) => withIssuers(nativeFilters(many, cache), n), issuersConfig(n)),
      known,
      { requests: n > 100 ? Math.max(CONNECTIONS, Math.ceil(requests / 10)) : requests },
    );
  });
  const lines = [0, 10, 50, 100, 300, 1000].map((n) => {
    const more = Object.fromEntries(Array.from({ length: n }, (_, i) => [`x-line-${i}`, "value"]));
    return point(count(n), plain(), asked(tokens(KNOWN_TOKENS).map((headers) => ({ ...headers, ...more }))));
  });
  const sizes = [0.5, 1, 2, 4, 8, 16, 32].map((kilobytes) => {
    // Three bytes become four letters.
    const padding = Math.max(0, Math.round((kilobytes * 1024 - 600) * 0.75));
    return point(
      String(kilobytes),
      plain(),
      asked(tokens(KNOWN_TOKENS, { claims: { padding: "x".repeat(padding) } })),
    );
  });
  const workers = [1, 2, 4, 8].map((n) => point(count(n), plain(), known, { workers: n }));
  const algorithms = (
    [
      ["RS256", "rsa"],
      ["PS256", "rsa"],
      ["ES256", "ec256"],
      ["ES512", "ec521"],
      ["EdDSA", "ed25519"],
    ] as const
  ).map(([alg, key]) => {
    const config = {
      ...onePolicy.config,
      ...requestAuthentication({ jwks: keySetPlaceholder("bound") }),
    };
    const bound = (cache: boolean): unknown[] =>
      nativeFilters(
        {
          ...one,
          httpFilters: JSON.parse(
            JSON.stringify(one.httpFilters).replaceAll('\\"set\\":\\"main\\"', '\\"set\\":\\"bound\\"'),
          ) as unknown[],
        },
        cache,
      );
    return point(
      alg,
      variants(bound, config, { tokenCache: { maxEntries: 0 } }),
      asked(tokens(NEW_TOKENS, { key, header: { alg, kid: alg.toLowerCase() } })),
    );
  });
  const again = "a token seen before";
  return [
    { title: "Policies", told: `${again}; the last policy matches`, grows: true, points: policies },
    { title: "Issuers", told: `${again}, of the last issuer`, grows: true, points: issuers },
    { title: "Header lines besides", told: again, grows: true, points: lines },
    { title: "Size of the token in KiB", told: again, grows: true, points: sizes },
    { title: "Workers", told: again, grows: true, points: workers },
    { title: "Algorithm", told: "a new token each time", grows: false, points: algorithms },
  ];
}
