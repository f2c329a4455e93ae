// A document of the user's, as Kubernetes would read it, with the position of every value and key.

import type { Position } from "./position.js";

export type Scalar = string | number | boolean | null;

export interface TreeScalar {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** The text as written, without quotes. */
  readonly source: string;
  /** Written without quotes, as no block scalar and without a tag: its type is Kubernetes' guess. */
  readonly plain: boolean;
  readonly at: Position;
}

export interface TreeList {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly at: Position;
}

export interface TreeEntry {
  readonly key: string;
  /** The key as written: a bare `y` is the key `true`. */
  readonly keySource: string;
  readonly keyAt: Position;
  readonly value: Tree;
}

export interface TreeMap {
  readonly kind: "map";
  readonly entries: readonly TreeEntry[];
  readonly at: Position;
}

export type Tree = TreeScalar | TreeList | TreeMap;

export type Json = Scalar | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** The entry of that name; undefined if `tree` is no map or has none. */
export function entry(tree: Tree | undefined, name: string): TreeEntry | undefined {
  return tree?.kind === "map" ? tree.entries.find((one) => one.key === name) : undefined;
}

/** The value at a path of names; undefined where the path ends early. */
export function valueAt(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  return path.reduce((at: Tree | undefined, name) => entry(at, name)?.value, tree);
}

/** The items of a list; none for anything else. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === "list" ? tree.items : [];
}

/** The string at that field; undefined if there is none or it is of another type. */
export function stringAt(tree: Tree | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(tree, ...path);
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

/** A string with its position. */
export interface LocatedString {
  readonly value: string;
  readonly at: Position;
}

/** The strings of a list, with their positions; items of other types are left out. */
export function stringsOf(tree: Tree | undefined): LocatedString[] {
  return itemsOf(tree).flatMap((item) =>
    item.kind === "scalar" && typeof item.value === "string" ? [{ value: item.value, at: item.at }] : [],
  );
}

/** The values alone, as JSON. */
export function toJson(tree: Tree): Json {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(toJson);
    case "map":
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, toJson(value)]));
  }
}

/** The item of a list at an index, or the member of an object. */
export function childOf(tree: Tree | undefined, name: string | number): Tree | undefined {
  return tree?.kind === "list" ? tree.items[Number(name)] : valueAt(tree, String(name));
}

/** A value as a user would write it in a sentence. */
export function scalarText(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
