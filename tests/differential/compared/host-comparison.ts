// Puts cases to the filter in Envoy and to the same wasm in host/, and says where the answers differ.
import { byteStringToText } from "../../../host/index.js";
import { certificateState, namesOf } from "../certificates/certificates.js";
import type { Case } from "../case.js";
import type { Comparison } from "./comparison.js";
import type { DifferentialRun } from "../differential-run.js";
import { differences, type Answer, type Header } from "./exchange.js";
import { attributesOf } from "../harness/attributes.js";
import type { HostRunner } from "../harness/host-runner.js";
import type { Policy } from "../policy.js";

/** How many policies are worked on at once. */
const lanes = 6;

/**
 * Compares the answers to every case that reaches a filter. `run` is an Envoy without native filters and with attributes, so
 * that the upstream of the native side receives what a filter would have seen.
 */
export async function compareWithHost(
  cases: readonly Case[],
  run: DifferentialRun,
  host: HostRunner,
): Promise<Comparison[]> {
  const byPolicy = new Map<Policy, Case[]>();
  for (const one of cases) byPolicy.set(one.policy, [...(byPolicy.get(one.policy) ?? []), one]);
  const waiting = [...byPolicy];
  const results: Comparison[] = [];
  const lane = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [policy, list] = next;
      for (const one of list) {
        const problems = await problemsOf(one, run, host);
        if (problems !== undefined) results.push({ one, problems });
      }
      run.runner.release(policy);
      await host.release(policy);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** undefined: no filter is asked, or its answer does not get out. */
async function problemsOf(
  { policy, request }: Case,
  run: DifferentialRun,
  host: HostRunner,
): Promise<string[] | undefined> {
  const [seen, envoy] = await Promise.all([
    run.runner.ask("native", policy, request),
    run.runner.ask("ours", policy, request),
  ]);
  // Envoy's HTTP layer refused the request, or what the filter made of it.
  if (seen.received === null || envoy.details.startsWith("filter_removed_required")) return undefined;
  const client = request.connection?.certificate;
  const attributes = attributesOf(policy, seen.headers);
  const state = certificateState(policy.config, client);
  const { uris, dns } = namesOf(client ?? "");
  const inHost = await host.answer(policy, seen.received, {
    ...attributes,
    // What Envoy prints of several names does not tell which is the first.
    ...(state === undefined
      ? {}
      : {
          filterState: state,
          certificate: { ...attributes.certificate, uriSan: uris?.[0], dnsSan: dns?.[0] },
        }),
  });
  // The filter let the request on; the router or the upstream refused what it had made of it.
  if (envoy.received === null && envoy.status > 0 && ["", "route_not_found"].includes(envoy.details))
    return inHost.received === null ? [`host refused: ${inHost.details}`] : [];
  const grpc = seen.received.headers.some(([name, value]) => name === "content-type" && isGrpc(value));
  return differences(reduced(asText(envoy), grpc), reduced(inHost, grpc)).map((line) =>
    line.replace("native", "envoy").replace("ours", "host"),
  );
}

/** What Envoy takes for gRPC (source/common/grpc/common.cc, hasGrpcContentType). */
const isGrpc = (contentType: string) => /^application\/grpc($|[+;])/.test(contentType);

/** An evaluation tells texts, not bytes. */
function asText(answer: Answer): Answer {
  const fields = (headers: readonly Header[]) =>
    headers.map(([name, value]): Header => [byteStringToText(name), byteStringToText(value)]);
  const { received } = answer;
  return {
    ...answer,
    body: byteStringToText(answer.body),
    headers: fields(answer.headers),
    received: received && {
      method: received.method,
      path: byteStringToText(received.path),
      headers: fields(received.headers),
    },
  };
}

/** Leaves out what host/ does not make: Envoy's own headers, the framing, and the form in which a gRPC client is refused. */
function reduced(answer: Answer, grpc: boolean): Answer {
  if (answer.received !== null) return { ...answer, headers: [] };
  const kept = grpc ? ["www-authenticate"] : ["www-authenticate", "content-type"];
  const headers = answer.headers.filter(([name]) => kept.includes(name));
  return { ...answer, headers, ...(grpc ? { status: 0, body: "" } : {}) };
}
