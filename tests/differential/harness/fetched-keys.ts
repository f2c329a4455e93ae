// Asks native jwt_authn about key sets by the thousand: it fetches them anew for each request, so that none needs a listener of its own.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import type { Policy } from "../policy.js";
import { bearer } from "../requests.js";
import { defaultIssuer, type TokenSpec } from "../token.js";
import { EnvoyRunner } from "./envoy-runner.js";

const policy: Policy = { name: "fetched", config: {} };

const filter = {
  name: "jwt_authn",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
    providers: {
      p: {
        issuer: defaultIssuer,
        remote_jwks: {
          http_uri: { uri: "http://keys/jwks", cluster: "keys", timeout: "5s" },
          // The least that is allowed; see ask.
          cache_duration: "0.001s",
        },
      },
    },
    rules: [{ match: { prefix: "/" }, requires: { provider_name: "p" } }],
  },
};

/** The native filter, and the server that it fetches key sets from. */
export class FetchedKeys {
  #text = "";
  #fetches = 0;

  private constructor(
    private readonly server: Server,
    private runner: EnvoyRunner | undefined,
  ) {}

  static async start(): Promise<FetchedKeys> {
    const server = createServer({ keepAliveTimeout: 600_000 });
    const fetched = new FetchedKeys(server, undefined);
    server.on("request", (_, response) => {
      fetched.#fetches++;
      response.end(fetched.#text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { path } = await locateEnvoy();
      fetched.runner = await EnvoyRunner.start({
        binary: path,
        policies: [policy],
        native: new Map([[policy.name, [filter]]]),
        sides: ["native"],
        clusters: new Map([["keys", (server.address() as AddressInfo).port]]),
      });
      return fetched;
    } catch (error) {
      await fetched.stop();
      throw error;
    }
  }

  /** What comes of a token when that text is the key set: "" if it is verified, otherwise the filter's refusal. One question at a time. */
  async ask(text: string, token: TokenSpec): Promise<string> {
    this.#text = text;
    for (const end = Date.now() + 90_000; Date.now() < end;) {
      const before = this.#fetches;
      const { status, body } = await this.runner!.ask("native", policy, bearer(token));
      // Otherwise the answer was about the text before.
      if (this.#fetches > before) return status === 200 ? "" : body;
    }
    throw new Error("the key set was not fetched");
  }

  async stop(): Promise<void> {
    await this.runner?.stop();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
