// The compiled policy engine, instantiated alone (probe.as.ts), with requests and answers as objects.

import { compileAssemblyScript } from "../../assemblyscript/compile.js";
import { instantiate } from "../../assemblyscript/instantiate.js";

/** A request as the engine is asked about it. Header values may be any bytes. */
export interface PolicyRequest {
  headers: [name: string, value: string | Buffer][];
  /** Claims of the verified token; none: no token. */
  claims?: unknown;
  spaceDelimitedClaims?: string[];
  destinationPort?: number;
  destinationAddress?: string;
  remoteAddress?: string;
  directRemoteAddress?: string;
  serverName?: string;
  peerNames?: string[];
  /** A serialised envoy.config.core.v3.Metadata. */
  dynamicMetadata?: Buffer;
}

export interface PolicyAnswer {
  allowed: boolean;
  /** Names of the rules that matched. */
  matched: string | null;
  audit: string | null;
  dryRunDeny: string | null;
  dryRunAllow: string | null;
  /** For each rule what the explanation says of it; "" if it matches. */
  rules: Record<string, string>;
}

interface ProbeExports {
  memory: WebAssembly.Memory;
  room(size: number): number;
  configure(size: number): number;
  ask(size: number): number;
  askOften(size: number, times: number, keepClaims: boolean): number;
}

export class PolicyEngine {
  private constructor(private readonly probe: ProbeExports) {}

  static async start(): Promise<PolicyEngine> {
    const module = await compileAssemblyScript("tests/unit/policy/probe.as.ts");
    return new PolicyEngine((await instantiate(module)) as unknown as ProbeExports);
  }

  /** Takes a configuration; the errors, none if it is good. */
  configure(configuration: unknown): string[] {
    const errors = this.text(this.probe.configure(this.put(JSON.stringify(configuration))));
    return errors === "" ? [] : errors.split("\n");
  }

  ask(request: PolicyRequest): PolicyAnswer {
    return JSON.parse(this.text(this.probe.ask(this.put(encoded(request))))) as PolicyAnswer;
  }

  /** Nanoseconds that one decision takes; `keepClaims`: with the token's part kept from an earlier one. */
  cost(request: PolicyRequest, times: number, keepClaims: boolean): number {
    const size = this.put(encoded(request));
    const start = process.hrtime.bigint();
    this.probe.askOften(size, times, keepClaims);
    return Number(process.hrtime.bigint() - start) / times;
  }

  private put(json: string): number {
    const bytes = Buffer.from(json);
    const address = this.probe.room(bytes.length);
    bytes.copy(Buffer.from(this.probe.memory.buffer), address);
    return bytes.length;
  }

  private text(address: number): string {
    const size = new DataView(this.probe.memory.buffer).getUint32(address - 4, true);
    return Buffer.from(this.probe.memory.buffer, address, size).toString("utf16le");
  }
}

function encoded(request: PolicyRequest): string {
  const { claims, dynamicMetadata, headers, ...others } = request;
  return JSON.stringify({
    ...others,
    headers: headers.map(([name, value]) => [name, Buffer.from(value as string).toString("hex")]),
    ...(claims !== undefined && { claims: JSON.stringify(claims) }),
    ...(dynamicMetadata && { dynamicMetadata: dynamicMetadata.toString("hex") }),
  });
}
