// The issuers in a process of their own: this file is its main program and, imported, the handle of its parent.

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The three issuers of the demo, as their parent sees them. */
export interface IssuerProcess {
  /** The issuer that the filter trusts. */
  trusted: IssuerAddress;
  /** Has a key of its own, and claims the trusted issuer's name in its tokens. */
  impostor: IssuerAddress;
  /** Has a key and a name of its own, which the filter does not know. */
  stranger: IssuerAddress;
  child: ChildProcess;
  stop(): Promise<void>;
}

export interface IssuerAddress {
  /** The claim `iss` of its tokens. */
  issuer: string;
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  port: number;
  jwksUri: string;
}

type Message = { ready: [IssuerAddress, IssuerAddress, IssuerAddress] } | { failed: string };

/** Starts the process; the trusted issuer listens on `port` (0: a free one). */
export function startIssuerProcess(port: number): Promise<IssuerProcess> {
  const child = fork(fileURLToPath(import.meta.url), [String(port)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) =>
      reject(new Error(`The issuer ended at its start (${code ?? "signal"}):\n${complaint}`)),
    );
    child.once("message", (message: Message) => {
      if ("failed" in message) {
        reject(new Error(`The issuer did not start: ${message.failed}`));
        return;
      }
      const [trusted, impostor, stranger] = message.ready;
      const stop = () =>
        new Promise<void>((stopped) => {
          if (child.exitCode !== null || child.signalCode !== null) {
            stopped();
            return;
          }
          child.once("exit", () => stopped());
          child.kill();
        });
      resolve({ trusted, impostor, stranger, child, stop });
    });
  });
}

async function main(): Promise<void> {
  // Ctrl-C reaches the whole process group: the parent decides when this one ends. Without a parent it has no use.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit(0));
  try {
    // Here and not above: only this process needs oidc-provider, which takes its time and prints warnings.
    const { startIssuer } = await import("./issuer.js");
    const trusted = await startIssuer({ port: Number(process.argv[2] ?? 0) });
    const impostor = await startIssuer({ issuer: trusted.issuer });
    const stranger = await startIssuer();
    const address = ({ issuer, origin, port, jwksUri }: IssuerAddress) => ({ issuer, origin, port, jwksUri });
    process.send?.({ ready: [address(trusted), address(impostor), address(stranger)] } satisfies Message);
  } catch (error) {
    process.send?.({ failed: (error as Error).message } satisfies Message, () => process.exit(1));
  }
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) await main();
