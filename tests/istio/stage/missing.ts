// What the stage needs of a machine, beside Node: asked before anything is built or started.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { STAGE_PREFIX } from "./namespace.js";

const run = promisify(execFile);

/** A program, how to see that it works, and the Debian package that has it. */
const programs: readonly [program: string, args: readonly string[], from: string][] = [
  ["go", ["version"], "https://go.dev/doc/install"],
  ["ip", ["-V"], "package iproute2"],
  ["iptables", ["--version"], "package iptables"],
  ["iptables-save", ["--version"], "package iptables"],
  ["setpriv", ["--version"], "package util-linux"],
  ["openssl", ["version"], "package openssl"],
];

/** Why there can be no stage here, in one line; undefined if there can. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.platform !== "linux") return "it needs Linux's network namespaces";
  for (const [program, args, from] of programs) {
    if (!(await works(program, args))) return `no ${program} (${from})`;
  }
  if (process.getuid?.() !== 0) return "only root may make network namespaces";
  const probe = `${STAGE_PREFIX}probe-${process.pid}`;
  try {
    if (!(await works("ip", ["netns", "add", probe]))) return "no network namespaces can be made";
    const links = ["link", "add", "veth0", "type", "veth", "peer", "name", "veth1"];
    if (!(await works("ip", ["-n", probe, ...links]))) return "no veth pairs can be made";
    if (!(await works("ip", ["netns", "exec", probe, "iptables", "-t", "nat", "-S"]))) {
      return "iptables has no nat table here";
    }
    return undefined;
  } finally {
    await works("ip", ["netns", "del", probe]);
  }
}

async function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  );
}
