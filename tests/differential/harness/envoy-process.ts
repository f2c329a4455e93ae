// One Envoy with a file of listeners: started on free ports, asked where they are, stopped at the end.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface EnvoyProcess {
  /** Listener name -> port. */
  readonly ports: ReadonlyMap<string, number>;
  /** Listener name -> why Envoy refused it. */
  readonly refused: ReadonlyMap<string, string>;
  /** What Envoy has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

interface ListenerStatuses {
  listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
}
interface ListenerDump {
  configs?: { name: string; error_state?: { details: string } }[];
}

/**
 * Starts Envoy and waits until every listener is either there or refused.
 * @param binary path of an envoy executable
 * @param bootstrap makes the bootstrap, given the path of the listeners file
 * @param listeners content of that file
 */
export async function startEnvoy(
  binary: string,
  bootstrap: (listenersFile: string) => unknown,
  listeners: unknown,
  logLevel = "warning",
): Promise<EnvoyProcess> {
  const directory = await mkdtemp(join(tmpdir(), "differential-"));
  const listenersFile = join(directory, "listeners.json");
  const configFile = join(directory, "envoy.json");
  const adminFile = join(directory, "admin");
  await writeFile(listenersFile, JSON.stringify(listeners));
  await writeFile(configFile, JSON.stringify(bootstrap(listenersFile)));
  const args = [
    "-c",
    configFile,
    "--concurrency",
    "1",
    "--disable-hot-restart",
    "--admin-address-path",
    adminFile,
  ];
  const child = spawn(binary, [...args, "-l", logLevel], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    log = (log + chunk).slice(-4_000_000);
  });
  const stop = async () => {
    await stopped(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const admin = await adminAddress(child, adminFile, () => log);
    const statuses = await poll(
      async () => {
        if ((await fetch(`http://${admin}/ready`)).status !== 200) return undefined;
        return (await (await fetch(`http://${admin}/listeners?format=json`)).json()) as ListenerStatuses;
      },
      child,
      () => log,
    );
    const dump = (await (
      await fetch(`http://${admin}/config_dump?resource=dynamic_listeners`)
    ).json()) as ListenerDump;
    const ports = new Map(
      (statuses.listener_statuses ?? []).map((one) => [
        one.name,
        one.local_address.socket_address.port_value,
      ]),
    );
    const refused = new Map(
      (dump.configs ?? []).flatMap((one) =>
        one.error_state === undefined ? [] : [[one.name, one.error_state.details] as const],
      ),
    );
    return { ports, refused, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function adminAddress(child: ChildProcess, file: string, log: () => string): Promise<string> {
  return poll(
    async () => {
      if (!existsSync(file)) return undefined;
      const text = await readFile(file, "utf8");
      return text === "" ? undefined : text;
    },
    child,
    log,
  );
}

async function poll<T>(
  attempt: () => Promise<T | undefined>,
  child: ChildProcess,
  log: () => string,
): Promise<T> {
  const deadline = Date.now() + 300_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`envoy ended with ${child.exitCode}:\n${log()}`);
    const result = await attempt();
    if (result !== undefined) return result;
    await wait(50);
  }
  throw new Error(`envoy is not ready:\n${log()}`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await exit;
}
