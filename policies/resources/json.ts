// JSON that may be anything: what has another type than it should is passed over.

import type { Json, JsonObject } from "./tree.js";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects in a list. */
export const objectsIn = (list: Json | undefined): JsonObject[] =>
  Array.isArray(list) ? list.filter(isObject) : [];

/** The strings in a list. */
export const textsIn = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];

/** The list with its objects changed; what is no list as it is. */
export function mapObjects(
  list: Json | undefined,
  change: (item: JsonObject) => JsonObject,
): Json | undefined {
  return Array.isArray(list) ? list.map((one) => (isObject(one) ? change(one) : one)) : list;
}

/** Whether two values would be the same JSON: the order of members does not count, and one that is undefined is none. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [membersOf(a), membersOf(b)];
  return one.size === other.size && [...one].every(([name, value]) => sameJson(value, other.get(name)));
}

const membersOf = (value: object): Map<string, unknown> =>
  new Map(Object.entries(value).filter(([, member]) => member !== undefined));
