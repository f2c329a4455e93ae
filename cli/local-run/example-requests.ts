// Requests that a user can put to a local Envoy, as shell lines.

import { jwtRulesIn } from "../../policies/plugin-config/jwt-rules.js";
import { objectsIn, textsIn } from "../../policies/resources/json.js";
import type { PluginConfig } from "../../policies/plugin-config/plugin-config.js";
import type { Json, JsonObject } from "../../policies/resources/tree.js";

/** One request without a token and, where there are rules for tokens, one with `$TOKEN`, at the first place where they look. */
export function exampleRequests(config: PluginConfig, origin: string): string[] {
  const { method, path } = firstOperation(config);
  const how = method === "GET" ? "curl -i" : `curl -i -X ${method}`;
  const line = (option: string) => `${how}${option} ${quoted(`${origin}${path}`)}`;
  const rule = jwtRulesIn(config)[0];
  return [line(""), ...(rule === undefined ? [] : [withToken(rule, line)])];
}

function withToken(rule: JsonObject, line: (option: string) => string): string {
  const [header] = objectsIn(rule["fromHeaders"]);
  const [parameter] = textsIn(rule["fromParams"]);
  const [cookie] = textsIn(rule["fromCookies"]);
  if (header !== undefined) {
    const [name, prefix] = [text(header["name"]), text(header["prefix"])];
    return line(` -H "${doubleQuoted(`${name}: ${prefix}`)}$TOKEN"`);
  }
  if (parameter !== undefined) return line(` -G -d "${doubleQuoted(parameter)}=$TOKEN"`);
  if (cookie !== undefined) return line(` -b "${doubleQuoted(cookie)}=$TOKEN"`);
  return line(' -H "Authorization: Bearer $TOKEN"');
}

/** The first method and path that a policy names whole; else those that anybody would try. */
function firstOperation(config: PluginConfig): { method: string; path: string } {
  const operations = objectsIn(config.authorizationPolicies)
    .filter(({ action }) => action !== "DENY")
    .flatMap(({ rules }) => objectsIn(rules))
    .flatMap((rule) => objectsIn(rule["to"]))
    .flatMap(({ operation }) => objectsIn([operation ?? null]));
  for (const { paths, methods } of operations) {
    const path = textsIn(paths).find((one) => /^\/[^*{}]*$/.test(one));
    if (path !== undefined) return { path, method: wholeMethod(methods) };
  }
  return { path: "/", method: wholeMethod(operations[0]?.["methods"]) };
}

const wholeMethod = (methods: Json | undefined) =>
  textsIn(methods).find((one) => /^[A-Z]+$/.test(one)) ?? "GET";

const text = (value: Json | undefined) => (typeof value === "string" ? value : "");

/** A word for the shell. */
function quoted(word: string): string {
  return /^[\w:/.,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Text between double quotes of the shell. */
const doubleQuoted = (part: string) => part.replaceAll(/[\\"$`]/g, "\\$&");
