// Where a field belongs that stands where it does not: most unknown fields are a matter of indentation.

import type { ObjectSchema, Schema } from "../../istio/schema.js";

/**
 * What to do about a field that stands in an object which has none of that name; undefined if no place has.
 * @param path of the object, as `spec.rules[0].from[1]`
 */
export function lostFieldHint(
  key: string,
  schema: ObjectSchema,
  path: string,
  root: ObjectSchema,
): string | undefined {
  const below = pathTo(key, schema);
  if (below !== undefined) return `indent it under ${below.join(", ")}`;
  const place = pathTo(key, root);
  if (place === undefined) return Object.hasOwn(root.fields, key) ? "it belongs right under spec" : undefined;
  const where = path.replaceAll(/\[\d+\]/g, "").split(".");
  // An outer object of this one has it.
  if (place.every((name, i) => where[i + 1] === name))
    return `it belongs under ${place.at(-1)!}: take it out of ${where.at(-1)!}`;
  return `it belongs under ${place.join(", ")}`;
}

/** The names of the objects and lists on the way to a field, the field apart; the shortest way. Undefined: there is none below. */
function pathTo(key: string, schema: Schema): readonly string[] | undefined {
  const found = Object.entries(objectOf(schema)?.fields ?? {}).flatMap(([name, field]) => {
    const object = objectOf(field);
    if (object === undefined) return [];
    if (Object.hasOwn(object.fields, key)) return [[name]];
    const below = pathTo(key, object);
    return below === undefined ? [] : [[name, ...below]];
  });
  return found.toSorted((a, b) => a.length - b.length)[0];
}

function objectOf(schema: Schema): ObjectSchema | undefined {
  if (schema.type === "list") return objectOf(schema.items);
  return schema.type === "object" ? schema : undefined;
}
