// A process that is an issuer's key server: what can be killed and started again, with another key each time. Forked by restarting-issuer.ts.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ecKeys } from "../../seeded/keys.js";

/** What the process tells when it listens. */
export interface Started {
  readonly port: number;
  readonly kid: string;
  readonly privateKey: string;
}

/** What it is told to answer with; "nothing" is no answer at all. */
export type Answer = "keys" | "nothing" | { status: number; type: string; body: string };

const [, , port, life] = process.argv;
/** Each life of an issuer has a key of its own. */
const kid = `life-${life}`;
const { publicKey, privateKey } = ecKeys("P-256", `restarting issuer, ${kid}`);
const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "ES256" }] });
let answer: Answer = "keys";
let asked = 0;

const server = createServer((_request, response) => {
  asked++;
  process.send!({ asked });
  if (answer === "nothing") return;
  const { status, type, body } =
    answer === "keys" ? { status: 200, type: "application/json", body: keys } : answer;
  response.writeHead(status, { "content-type": type });
  response.end(body);
});
process.on("message", (next: Answer) => (answer = next));
// Whoever forked it is gone.
process.on("disconnect", () => process.exit());
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address() as AddressInfo;
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  process.send!({ port: address.port, kid, privateKey: pem } satisfies Started);
});
