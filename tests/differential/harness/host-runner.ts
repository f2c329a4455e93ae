// Puts the requests that Envoy's filters would see to the same wasm in host/, by the way that `jwt-policy explain` and `test` go.
import { loadFilter } from "../../../cli/files/filter-file.js";
import {
  ConfigurationRefusedError,
  Filter,
  type ConfiguredFilter,
} from "../../../policies/evaluation/filter.js";
import type { Request } from "../../../policies/evaluation/request/request.js";
import type { JsonObject } from "../../../policies/resources/tree.js";
import { byteStringToBytes } from "../../../host/index.js";
import {
  inlineKeysFault,
  refusedKeys,
  type Answer,
  type Header,
  type Received,
} from "../compared/exchange.js";
import { withKeySets } from "../keys/key-sets.js";
import type { Policy } from "../policy.js";
import type { Attributes } from "./attributes.js";

export class HostRunner {
  readonly #started = new Map<string, Promise<ConfiguredFilter>>();

  private constructor(
    private readonly filter: Filter,
    private readonly trace: boolean,
  ) {}

  /** @param trace whether the filter tells its steps, which must change nothing */
  static async load(wasm: string, trace = true): Promise<HostRunner> {
    return new HostRunner(await loadFilter(wasm), trace);
  }

  /**
   * Starts a policy's filter in a VM of its own; the second time it is the same one.
   * @throws ConfigurationRefusedError
   */
  start(policy: Policy): Promise<ConfiguredFilter> {
    let start = this.#started.get(policy.name);
    if (start === undefined) {
      start = this.filter.configure(withKeySets(policy.config) as JsonObject, { trace: this.trace });
      this.#started.set(policy.name, start);
    }
    return start;
  }

  /** Ends a policy's filter. */
  async release(policy: Policy): Promise<void> {
    const started = await this.#started.get(policy.name)?.catch(() => undefined);
    this.#started.delete(policy.name);
    started?.close();
  }

  /** What the filter in host/ makes of a request that reached an upstream without any filter in between. */
  async answer(policy: Policy, received: Received, attributes: Attributes): Promise<Answer> {
    let filter: ConfiguredFilter;
    try {
      filter = await this.start(policy);
    } catch (error) {
      const fault = error instanceof ConfigurationRefusedError ? inlineKeysFault(error.faults) : undefined;
      if (fault === undefined) throw error;
      return refusedKeys(fault);
    }
    const host = received.headers.find(([name]) => name === "host")?.[1] ?? "";
    const headers = received.headers.filter(([name]) => name !== "host");
    const request: Request = {
      ...attributes,
      method: received.method,
      path: byteStringToBytes(received.path),
      authority: byteStringToBytes(host),
      headers: headers.map(([name, value]) => [byteStringToBytes(name), byteStringToBytes(value)] as const),
    };
    const { answer, forwarded } = await filter.evaluate(request, Date.now());
    if (answer !== undefined) {
      return {
        status: answer.status,
        body: received.method === "HEAD" ? "" : answer.body,
        headers: fields(answer.headers),
        details: answer.details,
        received: null,
      };
    }
    const { method, path, authority, headers: kept } = forwarded!;
    return {
      status: 200,
      body: "",
      headers: [],
      details: "",
      received: { method, path, headers: fields([["host", authority], ...kept]) },
    };
  }
}

/** Header fields as they look behind an HTTP/1.1 connection: blanks around values are gone (RFC 9110 §5.5). */
function fields(headers: readonly Header[]): Header[] {
  return headers.map(([name, value]): Header => [name, value.replace(/^[ \t]+|[ \t]+$/g, "")]);
}
