// func-e for real: built from its Go module, running an Envoy with the configuration that users copy.

import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEnvoy } from "../../cli/envoy/envoy-process.js";
import { envoyConfig, pluginConfigOf, readEnvoyConfig } from "../../scripts/envoy-config.js";
import { startIssuer } from "../seeded/issuer.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { startUpstream } from "../../scripts/upstream.js";

const version = "1.6.0";

/** The program; Go builds it the first time, in seconds. */
async function builtFuncE(): Promise<string> {
  const directory = join(repositoryRoot, ".cache", "func-e", version);
  const program = join(directory, "func-e");
  const isBuilt = await access(program).then(
    () => true,
    () => false,
  );
  if (isBuilt) return program;
  await mkdir(directory, { recursive: true });
  const env = { ...process.env, GOBIN: directory };
  await promisify(execFile)("go", ["install", `github.com/tetratelabs/func-e/cmd/func-e@v${version}`], {
    env,
  });
  return program;
}

/**
 * Runs an Envoy by func-e with envoy/jwt-policy.yaml, on other ports, in front of an issuer and an upstream.
 * @param envoyPath the binary; func-e would download one otherwise
 * @returns statuses of requests with a good token, with none, and with a bad one
 */
export async function statusesUnderFuncE(envoyPath: string): Promise<number[]> {
  const funcE = await builtFuncE();
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-func-e-"));
  const [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
  try {
    const path = join(directory, "run");
    await writeFile(
      path,
      `#!/bin/sh\nENVOY_PATH='${envoyPath}' HOME='${directory}' exec '${funcE}' run "$@"\n`,
    );
    await chmod(path, 0o755);
    const document = await readEnvoyConfig();
    const pluginConfig = pluginConfigOf(document);
    const [rule] = pluginConfig.requestAuthentications[0]!.jwtRules;
    const tokenIssuer = rule!["issuer"] as string;
    Object.assign(rule!, { jwksUri: issuer.jwksUri });
    pluginConfig.clusters = { [issuer.origin]: "idp" };
    const config = envoyConfig(document, {
      listeners: [{ name: "httpbin", port: 0, pluginConfig }],
      adminPort: 0,
      upstreamPort: upstream.port,
      idpPorts: { idp: issuer.port },
    });
    const envoy = await startEnvoy({ path, config });
    try {
      const token = await issuer.sign({
        iss: tokenIssuer,
        sub: "billing@clients",
        aud: "istio-jwt-test",
        scope: "write:database",
        exp: Math.floor(Date.now() / 1000) + 600,
      });
      const statuses: number[] = [];
      for (const authorization of [`Bearer ${token}`, undefined, `Bearer ${token}x`]) {
        const url = `http://127.0.0.1:${envoy.port("httpbin")}/headers`;
        const response = await fetch(url, authorization === undefined ? {} : { headers: { authorization } });
        await response.arrayBuffer();
        statuses.push(response.status);
      }
      return statuses;
    } finally {
      await envoy.stop();
    }
  } finally {
    await Promise.all([issuer.stop(), upstream.stop(), rm(directory, { recursive: true })]);
  }
}
