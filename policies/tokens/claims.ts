// The claims that a user gives on the command line.

import { InputError } from "../resources/input-error.js";

export type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads the values of `--claim`: `name=text`, or `name:=JSON`. A name is taken as it is: dots and slashes are part of it.
 * @throws InputError if one has another form, or a name comes twice
 */
export function readClaimOptions(options: readonly string[]): Claims {
  const claims = new Map<string, unknown>();
  for (const option of options) {
    const equals = option.indexOf("=");
    const isJson = option[equals - 1] === ":";
    const name = option.slice(0, isJson ? equals - 1 : equals);
    if (equals < 1 || name === "") {
      throw new InputError(`--claim ${option}: expected name=text, or name:=JSON as in admin:=true`);
    }
    if (claims.has(name)) {
      throw new InputError(`--claim ${name} is there twice; a list is ${name}:='["one", "two"]'`);
    }
    const text = option.slice(equals + 1);
    claims.set(name, isJson ? readJson(`--claim ${name}`, text) : text);
  }
  return Object.fromEntries(claims);
}

/**
 * Reads a JSON object of claims.
 * @param where begins the message
 * @throws InputError if it is none
 */
export function readClaims(where: string, text: string): Claims {
  const value = readJson(where, text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Claims;
  throw new InputError(`${where}: expected a JSON object, such as {"sub": "alice", "groups": ["admin"]}`);
}

function readJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: no JSON: ${(error as Error).message}`);
  }
}
