// Header fields that are for one hop, or for Envoy alone: what is left of them when its filters see a request. Observed on Envoy
// (tests/envoy/requests/hop-fields.test.ts asks it); the names are those of its conn_manager_utility.cc, cleanInternalHeaders.

export interface Surroundings {
  /** What the field `connection` names, in lower case. */
  readonly connection: ReadonlySet<string>;
  /** Whether `connection` and `upgrade` ask for another protocol. */
  readonly isUpgrade: boolean;
  /** Whether the client has shown a certificate. */
  readonly hasCertificate: boolean;
}

type Treatment = (value: string, around: Surroundings) => string | undefined;

const gone: Treatment = () => undefined;

const ofAnUpgrade: Treatment = (value, { isUpgrade }) => (isUpgrade ? value : undefined);

const treatments: ReadonlyMap<string, Treatment> = new Map<string, Treatment>([
  // Between two hops only (RFC 9110 §7.6.1).
  ["connection", ofAnUpgrade],
  ["upgrade", ofAnUpgrade],
  ["keep-alive", gone],
  ["proxy-connection", gone],
  ["transfer-encoding", gone],
  ["te", (value) => (value === "" ? value : listed(value).has("trailers") ? "trailers" : undefined)],
  // Envoy answers it itself.
  ["expect", (value) => (/^100-continue$/i.test(value) ? undefined : value)],
  ["referer", (value) => (isReferer(value) ? value : undefined)],
  // Without a certificate nobody may say whose it is; with one Istio's sidecars add to the field.
  ["x-forwarded-client-cert", (value, { hasCertificate }) => (hasCertificate ? value : undefined)],
  // For Envoy alone to say.
  ...[
    "expected-rq-timeout-ms",
    "force-trace",
    "hedge-on-per-try-timeout",
    "internal",
    "ip-tags",
    "max-retries",
    "original-url",
    "retriable-header-names",
    "retriable-status-codes",
    "retry-grpc-on",
    "retry-on",
    "upstream-alt-stat-name",
    "upstream-rq-per-try-timeout-ms",
    "upstream-rq-timeout-alt-response",
    "upstream-rq-timeout-ms",
    "upstream-stream-duration-ms",
  ].map((name) => [`x-envoy-${name}`, gone] as const),
]);

/**
 * The value that filters see of a field.
 * @param name in lower case
 * @returns undefined if Envoy takes the field away
 */
export function fieldAtEnvoy(name: string, value: string, around: Surroundings): string | undefined {
  const treatment = treatments.get(name);
  if (treatment !== undefined) return treatment(value, around);
  return around.connection.has(name) ? undefined : value;
}

/** What a request's fields say of it. `valueOf` gives the value of a field by its name in lower case. */
export function surroundings(
  valueOf: (name: string) => string | undefined,
  hasCertificate: boolean,
): Surroundings {
  const connection = listed((valueOf("connection") ?? "").toLowerCase());
  const upgrade = valueOf("upgrade") ?? "";
  // Envoy's codec passes over an upgrade to HTTP/2.
  const isUpgrade = connection.has("upgrade") && upgrade !== "" && upgrade.toLowerCase() !== "h2c";
  return { connection, isUpgrade, hasCertificate };
}

const listed = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  );

/** An absolute URL without what RFC 9110 §10.1.3 forbids, or a relative one: no colon before its first slash (RFC 3986 §4.2). */
function isReferer(value: string): boolean {
  if (/^https?:\/\/[^/?#@]+(?:[/?][^#]*)?$/i.test(value)) return true;
  return /^[^:/]*(?:\/.*)?$/.test(value) && /^[\w\-.~:/?[\]@!$&'()*+,;=%]*$/.test(value);
}
