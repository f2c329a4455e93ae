/** What is sent to the probe and what comes back, alike for Envoy and for host/. */

/** A request to the probe: the scripts of its callbacks, and further header fields. */
export interface ProbeRequest {
  readonly script: string;
  readonly onCall?: string;
  readonly onResponse?: string;
  /** For each of on_log, on_done and on_delete: the answers are logged. */
  readonly onEnd?: string;
  /** Further request header fields in order; a name may repeat. Values are byte strings. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly path?: string;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
  /** Response header fields that the filter may have touched: all `x-probe-*` and `x-answer`, content-type, content-length. */
  readonly headers: readonly string[];
  /** For a request that went on: the request header fields at the upstream, `name: value`. */
  readonly upstream: readonly string[] | undefined;
}

/** Fields of the request in the order in which they are sent. */
export function requestFields(request: ProbeRequest): [string, string][] {
  const fields: [string, string][] = [["x-script", request.script]];
  if (request.onCall !== undefined) fields.push(["x-on-call", request.onCall]);
  if (request.onResponse !== undefined) fields.push(["x-on-response", request.onResponse]);
  if (request.onEnd !== undefined) fields.push(["x-on-end", request.onEnd]);
  for (const [name, value] of request.fields ?? []) fields.push([name, value]);
  return fields;
}

/** Response header fields that tell of the filter; the others are the server's. */
export function relevantResponseField(name: string): boolean {
  return (
    name.startsWith("x-probe-") || name === "x-answer" || name === "content-type" || name === "content-length"
  );
}

/** Request header fields that a proxy adds on its way to the upstream. */
export function relevantRequestField(name: string): boolean {
  return (
    !name.startsWith("x-envoy-") &&
    ![
      "x-request-id",
      "x-forwarded-proto",
      "host",
      "x-script",
      "x-on-call",
      "x-on-response",
      "x-on-end",
      "connection",
      "transfer-encoding",
      "content-length",
    ].includes(name)
  );
}
