// Kept requests as a test file, which `jwt-policy test` runs with the same answers (docs/testing-policies.md).

import { readRequestFields } from "../../policies/explanation/request-fields.js";
import { tokenPlaceholder } from "../../policies/explanation/question.js";
import { yamlText } from "../../policies/render/kubernetes/yaml-text.js";
import { instantOf, momentText } from "../../policies/text/moment.js";
import { readClaims } from "../../policies/tokens/claims.js";
import { headerLines, requestFields } from "./explain-options.js";
import { configurationFile } from "./configuration-file.js";
import { namespaceField, workloadFields } from "./mesh-fields.js";
import type { Expected, KeptCase, Scene } from "./scene.js";

/** Beside the policies that it names. */
export const TEST_FILE = "policies_test.yaml";

/** The test file of the kept cases: policies by their names, each token by its claims. */
export function testFile(scene: Pick<Scene, "files" | "workload" | "mesh" | "cases">): string {
  const { files, mesh, cases } = scene;
  const config = configurationFile(files);
  const names = new Map<string, string>();
  for (const { claims } of cases)
    if (claims !== undefined && !names.has(claims)) names.set(claims, `token-${names.size + 1}`);
  const [first] = cases;
  const now = first === undefined ? undefined : momentOf(first);
  return yamlText({
    ...(config === undefined
      ? { policies: files.map(({ file }) => file), ...workloadFields(scene), ...namespaceField(mesh) }
      : { config }),
    ...(now === undefined ? {} : { now }),
    ...(names.size === 0
      ? {}
      : { tokens: Object.fromEntries([...names].map(([claims, name]) => [name, tokenOf(claims)])) }),
    tests: cases.map((one) => testOf(one, names, now)),
  });
}

/** A token that has these claims and no other, but for those that `explain` gives each: issuer, issued at, expiry. */
function tokenOf(text: string): object {
  const claims = readClaims("claims", text.trim() === "" ? "{}" : text);
  // A test's token is named by its `sub` where nobody says another.
  return { claims, ...("sub" in claims ? {} : { without: ["sub"] }) };
}

function testOf(
  { name, request, claims, expect }: KeptCase,
  names: ReadonlyMap<string, string>,
  base: string | undefined,
): object {
  const token = claims === undefined ? undefined : names.get(claims);
  const { method, scheme, authority, path, peer, remote, destination, serverName, certificate, metadata } =
    readRequestFields(requestFields(request));
  const placed = (text: string) =>
    token === undefined ? text : text.replaceAll(tokenPlaceholder, `\${${token}}`);
  const lines = headerLines(request.headers).map(fieldOf);
  const headers = lines.filter(([field]) => field.toLowerCase() !== "host");
  const isPlaced = [request.url, request.headers].some((text) => text.includes(tokenPlaceholder));
  const now = instantOf(request.now);
  return withoutUsual({
    name,
    method,
    path: placed(path),
    host: authority === "example.com" ? undefined : textOf(authority),
    scheme: scheme === "http" ? undefined : scheme,
    token: isPlaced ? undefined : token,
    headers: headers.length === 0 ? undefined : grouped(headers, placed),
    peer: peer === "127.0.0.1" ? undefined : peer,
    remote,
    principal: certificate?.uriSan?.replace(/^spiffe:\/\//, ""),
    certificate: certificate?.sha256 === undefined ? undefined : { sha256: certificate.sha256 },
    sni: serverName,
    destination: destination?.address === "127.0.0.1" ? undefined : destination?.address,
    port: destination?.port === 80 ? undefined : destination?.port,
    metadata,
    now: now === undefined || momentText(now) === base ? undefined : momentText(now),
    expect: expectation(expect),
  });
}

const momentOf = ({ request }: KeptCase): string | undefined => {
  const now = instantOf(request.now);
  return now === undefined ? undefined : momentText(now);
};

const expectation = (expect: Expected): string | object =>
  expect.decision === "allowed" ? "allow" : { status: expect.status, reason: expect.reason };

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/** A list where a name comes more than once. */
function grouped(
  headers: readonly (readonly [string, string])[],
  placed: (text: string) => string,
): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) values.set(name, [...(values.get(name) ?? []), placed(value)]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all]));
}

const textOf = (text: string | Uint8Array): string =>
  typeof text === "string" ? text : new TextDecoder().decode(text);

const withoutUsual = (fields: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
