// Thousands of requests that wait for keys and are answered when the wait is over, whatever the answer is and wherever it is given: each gets its
// own, and the workers live on. Envoy works off the answers of one callback one inside the other (decision 0012): some 300 of them end the VM.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../cli/envoy/wait-for.js";
import {
  bearer,
  crowd,
  crowdToken,
  startKeyServer,
  type Crowd,
  type KeyServer,
  type Protocol,
} from "./crowd.js";
import { connectionManager, setUp, stat, type EnvoyBootstrap, type Setup } from "./harness.js";

const PARKED = "wasmcustom.jwt_policy_parked_requests";
const KEY = "k1";
/** For a crowd to arrive, and for all of it to be answered: several times what it takes on a busy machine. */
const DEADLINE_MS = 60_000;

interface Kind {
  /** Whether keys are there already, so that only a newer one is waited for. */
  readonly warm?: boolean;
  /** The token's key; without one it is unsigned. */
  readonly signer?: string;
  readonly claims?: object;
  readonly path?: string;
  /** Of the fetch. */
  readonly timeout?: string;
  /** The key server's answer; undefined: none. */
  readonly status?: number;
  readonly expected: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  "refused by key": { warm: true, status: 200, expected: "401" },
  "refused by key, as the issuer hangs": { warm: true, timeout: "5s", expected: "401" },
  "refused as the issuer fails": { signer: KEY, status: 500, expected: "401" },
  "refused by policy": { signer: KEY, claims: { sub: "denied" }, status: 200, expected: "403" },
  "let on to an upstream": { signer: KEY, status: 200, expected: "200" },
  "let on to a direct_response": { signer: KEY, path: "/direct", status: 200, expected: "204" },
  "let on to a cluster without endpoints": { signer: KEY, path: "/nowhere", status: 200, expected: "503" },
};

interface Run {
  readonly kind: string;
  readonly count: number;
  readonly protocol: Protocol;
}

const runs: Readonly<Record<number, readonly Run[]>> = {
  1: [
    ...Object.keys(kinds).map((kind): Run => ({ kind, count: 1_000, protocol: "HTTP/2" })),
    { kind: "refused by key", count: 10_000, protocol: "HTTP/2" },
    { kind: "refused by policy", count: 10_000, protocol: "HTTP/2" },
    { kind: "let on to an upstream", count: 3_000, protocol: "HTTP/2" },
    { kind: "let on to a direct_response", count: 10_000, protocol: "HTTP/2" },
    { kind: "refused by key", count: 1_000, protocol: "HTTP/1.1" },
    { kind: "let on to a cluster without endpoints", count: 1_000, protocol: "HTTP/1.1" },
  ],
  2: [
    { kind: "refused by key", count: 1_000, protocol: "HTTP/1.1" },
    { kind: "refused as the issuer fails", count: 10_000, protocol: "HTTP/2" },
  ],
};

const listenerOf = ({ kind, count, protocol }: Run) => `${kind}, ${count}, ${protocol}`;
const pathOf = (run: Run) => `/${encodeURIComponent(listenerOf(run))}`;
const ISSUER = "https://issuer.example.com/";

function pluginConfig(run: Run, keys: KeyServer): object {
  const { timeout = "600s" } = kinds[run.kind]!;
  return {
    requestAuthentications: [
      {
        name: "stampede",
        namespace: "foo",
        jwtRules: [{ issuer: ISSUER, jwksUri: keys.origin + pathOf(run), timeout }],
      },
    ],
    authorizationPolicies: [
      {
        name: "denied",
        namespace: "foo",
        action: "DENY",
        rules: [{ from: [{ source: { requestPrincipals: [`${ISSUER}/denied`] } }] }],
      },
    ],
    clusters: { [keys.origin]: "keys" },
  };
}

/** Routes to all kinds of ends, and limits that are no test's subject out of the way. */
function edit(config: EnvoyBootstrap, keys: KeyServer): void {
  const route = (prefix: string, to: object) => ({ match: { prefix }, ...to });
  for (const listener of config.static_resources.listeners) {
    Object.assign(connectionManager(listener), {
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [
              route("/direct", { direct_response: { status: 204 } }),
              route("/nowhere", { route: { cluster: "nowhere" } }),
              route("/", { route: { cluster: "upstream" } }),
            ],
          },
        ],
      },
    });
  }
  const endpoints = (port: number) => [
    {
      lb_endpoints: [
        { endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } } },
      ],
    },
  ];
  const cluster = (name: string, port?: number) => ({
    name,
    type: "STATIC",
    connect_timeout: "10s",
    circuit_breakers: {
      thresholds: [
        { max_connections: 50, max_pending_requests: 100_000, max_requests: 100_000, max_retries: 3 },
      ],
    },
    load_assignment: { cluster_name: name, endpoints: port === undefined ? [] : endpoints(port) },
  });
  config.static_resources.clusters.push(
    cluster("keys", keys.port),
    cluster("nowhere"),
    cluster("upstream", keys.port),
  );
}

for (const [workers, planned] of Object.entries(runs)) {
  void describe(`${workers} worker${workers === "1" ? "" : "s"}: a crowd that has waited`, () => {
    let keys: KeyServer;
    let setup: Setup | undefined;
    before(async () => {
      keys = await startKeyServer(KEY);
      for (const run of planned) if (kinds[run.kind]!.warm !== true) keys.hold(pathOf(run));
      setup = await setUp({
        concurrency: Number(workers),
        wasmLogLevel: "info",
        listeners: () => Object.fromEntries(planned.map((run) => [listenerOf(run), pluginConfig(run, keys)])),
        edit: (config) => edit(config, keys),
      });
    });
    after(async () => {
      await setup?.stop();
      await keys.stop();
    });

    for (const run of planned) {
      it(listenerOf(run), async () => {
        const { envoy } = setup!;
        const kind = kinds[run.kind]!;
        const port = envoy.port(listenerOf(run));
        const honest = crowdToken(ISSUER, KEY);
        const ask = async () => (await one(port, honest)).answers();
        if (kind.warm === true) {
          await waitFor("keys", DEADLINE_MS, async () => "200" in (await ask()));
          keys.hold(pathOf(run));
        }
        const token = crowdToken(ISSUER, kind.signer, kind.claims);
        const waiting = await crowd(
          port,
          run.protocol,
          Array.from({ length: run.count }, () => ({ headers: bearer(token), path: kind.path ?? "/" })),
        );
        try {
          await waitFor(
            "the crowd to wait",
            DEADLINE_MS,
            async () => (await stat(envoy, PARKED)) === run.count,
          );
          const start = Date.now();
          if (kind.status !== undefined) keys.open(pathOf(run), kind.status);
          assert.deepEqual(await waiting.answers(), { [kind.expected]: run.count });
          if (process.env.STAMPEDE_TIMES) console.log(listenerOf(run), Date.now() - start, "ms");
          if (kind.status !== 500) assert.deepEqual(await ask(), { "200": 1 });
          await waitFor("nobody to wait", DEADLINE_MS, async () => (await stat(envoy, PARKED)) === 0);
        } finally {
          waiting.stop();
        }
        assert.doesNotMatch(envoy.log(), /failed: Uncaught|RangeError/);
      });
    }
  });
}

/** One client. */
async function one(port: number, token: string): Promise<Crowd> {
  return crowd(port, "HTTP/1.1", [{ headers: bearer(token) }]);
}
