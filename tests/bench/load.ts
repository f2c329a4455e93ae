// Requests to a listener by a load generator (autocannon), each answer counted by its status.

import autocannon from "autocannon";

/** One kind of request, as often as it is to be sent. */
export interface Traffic {
  readonly path: string;
  /** The header fields of each request, sent in turn; each connection has a share of its own, so that no two send the same at once. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

/** Keep-alive connections, not pipelined: Envoy 1.40 closes one on which further requests wait behind one that it answers itself. */
export const CONNECTIONS = 32;
/** How often autocannon looks whether all have been answered, in milliseconds: with its own second, Envoy would be cold before the next run. */
const SAMPLE = 20;
/** How long a run may take, in seconds. */
const DEADLINE = 120;

/** Sends `amount` requests to a port on 127.0.0.1. Rejects unless every answer has this status. */
export async function sendLoad(
  port: number,
  traffic: Traffic,
  amount: number,
  status: number,
): Promise<void> {
  const shares = Array.from({ length: CONNECTIONS }, (_, connection) =>
    traffic.headers
      .filter((_, i) => i % CONNECTIONS === connection % traffic.headers.length)
      .map((headers) => ({ method: "GET" as const, path: traffic.path, headers: { ...headers } })),
  );
  let clients = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    amount,
    duration: DEADLINE,
    sampleInt: SAMPLE,
    setupClient: (client) => client.setRequests(shares[clients++ % CONNECTIONS]!),
  });
  const answers = (result as { statusCodeStats?: Record<string, { count: number }> }).statusCodeStats ?? {};
  if (answers[String(status)]?.count === amount && result.errors === 0) return;
  const seen = Object.entries(answers).map(([code, { count }]) => `${count} × ${code}`);
  throw new Error(
    `${amount} requests to port ${port} were to be answered by ${status}: ` +
      `got ${seen.join(", ") || "nothing"} and ${result.errors} errors`,
  );
}
