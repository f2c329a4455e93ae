/** Lists under `extensions`: none is longer than the filter means to look through. Faults go to the errors of `fields`. */
import { Fields } from "./fields";

/** Most items of a list; scopes are bits of a set (policy/evaluation/supposition.ts, MAX_SCOPES). */
const MAX_ITEMS = 64;

export function boundedObjects(fields: Fields, name: string): Fields[] {
  const list = fields.objects(name);
  if (list.length > MAX_ITEMS) refuseLonger(fields, name);
  return list;
}

export function boundedTexts(fields: Fields, name: string): string[] {
  const texts = fields.strings(name);
  if (texts.length > MAX_ITEMS) refuseLonger(fields, name);
  return texts;
}

/** A list that is there says something. @param length of what was read */
export function refuseEmpty(fields: Fields, name: string, length: i32): void {
  if (length == 0 && fields.has(name)) fields.error(name, "must not be empty");
}

function refuseLonger(fields: Fields, name: string): void {
  fields.error(name, "must have at most 64 items");
}
