// An issuer in a process of its own, which is killed and comes back at the same port with another key.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { importPKCS8, SignJWT, type JWTPayload } from "jose";
import { freePort } from "./free-port.js";
import type { Answer, Started } from "./issuer-process.js";

const path = fileURLToPath(new URL("./issuer-process.js", import.meta.url));

export class RestartingIssuer {
  readonly issuer: string;
  /** How often any process of this issuer has been asked for its keys. */
  asked = 0;
  private lives = 1;

  private constructor(
    readonly name: string,
    private child: ChildProcess,
    private key: Started,
  ) {
    this.issuer = `https://${name}.example.com/`;
    this.count();
  }

  static async start(name: string): Promise<RestartingIssuer> {
    const [child, key] = await started(await freePort(), 1);
    return new RestartingIssuer(name, child, key);
  }

  get port(): number {
    return this.key.port;
  }

  get jwksUri(): string {
    return `http://${this.name}.example.com/jwks.json`;
  }

  /** Answers so from now on. */
  answerWith(answer: Answer): void {
    this.child.send(answer);
  }

  /** A token of the key that the last process had. */
  async token(header: { kid?: string } = {}, claims: JWTPayload = {}): Promise<string> {
    const key = await importPKCS8(this.key.privateKey, "ES256");
    const exp = Math.floor(Date.now() / 1000) + 3600;
    return new SignJWT({ iss: this.issuer, sub: "alice", exp, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: this.key.kid, ...header })
      .sign(key);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Kills the process if it is there, and starts another one with another key. */
  async restart(): Promise<void> {
    await this.kill();
    [this.child, this.key] = await started(this.port, ++this.lives);
    this.count();
  }

  private count(): void {
    this.child.on("message", (message) => {
      if (typeof message === "object" && "asked" in message) this.asked++;
    });
  }
}

async function started(port: number, life: number): Promise<[ChildProcess, Started]> {
  const child = fork(path, [String(port), String(life)]);
  const [key] = (await once(child, "message")) as [Started];
  return [child, key];
}
