// Changes to an input as JSON: what comes out is JSON again, spelled in unusual ways.

import type { Random } from "../../seeded/random.js";
import { numbers } from "./dictionary.js";

/** A JSON value as text pieces, so that numbers keep their spelling and objects may hold a name twice. */
type Node =
  | { kind: "text"; text: string }
  | { kind: "string"; value: string }
  | { kind: "array"; items: Node[] }
  | { kind: "object"; members: [name: string, value: Node][] };

/** `text` with one to several changes of its structure; undefined if it is no JSON. */
export function mutateJson(text: string, random: Random, words: readonly string[]): string | undefined {
  let root: Node;
  try {
    root = toNode(JSON.parse(text));
  } catch {
    return undefined;
  }
  const holder: Node = { kind: "array", items: [root] };
  for (let left = 1 + random.skewed(4); left > 0; left--) {
    const places = allPlaces(holder);
    if (places.length === 0) break;
    change(random.pick(places), random, words, places);
  }
  return holder.items.map((item) => write(item, random, random.once(8))).join(" ");
}

function toNode(value: unknown): Node {
  if (typeof value === "string") return { kind: "string", value };
  if (Array.isArray(value)) return { kind: "array", items: value.map(toNode) };
  if (typeof value === "object" && value !== null) {
    return { kind: "object", members: Object.entries(value).map(([name, member]) => [name, toNode(member)]) };
  }
  return { kind: "text", text: JSON.stringify(value) };
}

/** Where a value sits: in a list, or as a member. */
interface Place {
  readonly container: Node[] | [name: string, value: Node][];
  readonly index: number;
}

function nodeAt(place: Place): Node {
  const entry = place.container[place.index]!;
  return Array.isArray(entry) ? entry[1] : entry;
}

function setNode(place: Place, node: Node): void {
  const entry = place.container[place.index]!;
  if (Array.isArray(entry)) entry[1] = node;
  else place.container[place.index] = node;
}

function allPlaces(node: Node): Place[] {
  if (node.kind !== "array" && node.kind !== "object") return [];
  const container = node.kind === "array" ? node.items : node.members;
  return container.flatMap((entry: Node | [string, Node], index) => [
    { container, index },
    ...allPlaces(Array.isArray(entry) ? entry[1] : entry),
  ]);
}

function newValue(random: Random, words: readonly string[]): Node {
  switch (random.below(8)) {
    case 0:
      return { kind: "text", text: random.pick(["null", "true", "false"]) };
    case 1:
    case 2:
      return { kind: "text", text: random.pick(numbers) };
    case 3:
      return { kind: "array", items: [] };
    case 4:
      return { kind: "object", members: [] };
    case 5:
      return {
        kind: "string",
        value: random.pick([
          "",
          "\u0000",
          "\u00e9",
          "\u20ac",
          "\u{1f600}",
          "a".repeat(1 + random.below(300)),
        ]),
      };
    default:
      return { kind: "string", value: random.pick(words) };
  }
}

function change(place: Place, random: Random, words: readonly string[], places: readonly Place[]): void {
  const entry = place.container[place.index]!;
  const node = nodeAt(place);
  switch (random.below(9)) {
    case 0:
      setNode(place, newValue(random, words));
      return;
    case 1:
      (place.container as unknown[]).splice(place.index, 1);
      return;
    case 2: // once more: a member of the same name, or a longer list
      (place.container as unknown[]).push(
        Array.isArray(entry) ? [entry[0], structuredClone(entry[1])] : structuredClone(entry),
      );
      return;
    case 3:
      if (Array.isArray(entry)) entry[0] = random.once(4) ? "" : random.pick(words);
      return;
    case 4:
      setNode(place, { kind: "array", items: random.once(3) ? [node, structuredClone(node)] : [node] });
      return;
    case 5:
      setNode(place, structuredClone(nodeAt(random.pick(places))));
      return;
    case 6:
      if (node.kind === "object") node.members.push([random.pick(words), newValue(random, words)]);
      else if (node.kind === "array") node.items.push(newValue(random, words));
      else if (node.kind === "string") node.value = changeText(node.value, random, words);
      return;
    case 7: {
      let deep = node;
      for (let depth = random.skewed(110); depth > 0; depth--) deep = { kind: "array", items: [deep] };
      setNode(place, deep);
      return;
    }
    default:
      if (node.kind === "string") node.value = changeText(node.value, random, words);
      else setNode(place, newValue(random, words));
  }
}

function changeText(text: string, random: Random, words: readonly string[]): string {
  const at = random.below(text.length + 1);
  return (
    text.slice(0, at) +
    (random.once(2) ? random.pick(words) : String.fromCharCode(random.below(300))) +
    text.slice(at + random.skewed(8))
  );
}

/** As UTF-8 in a byte string. `unusual`: white space and escapes where none are needed. */
function write(node: Node, random: Random, unusual: boolean): string {
  const space = () => (unusual && random.once(3) ? random.pick([" ", "\n", "\t", "\r\n"]) : "");
  switch (node.kind) {
    case "text":
      return space() + node.text + space();
    case "string":
      return space() + quote(node.value, random, unusual) + space();
    case "array":
      return `${space()}[${node.items.map((item) => write(item, random, unusual)).join(",")}]${space()}`;
    case "object":
      return `{${node.members.map(([name, value]) => `${space()}${quote(name, random, unusual)}${space()}:${write(value, random, unusual)}`).join(",")}}`;
  }
}

function quote(text: string, random: Random, unusual: boolean): string {
  const plain = Buffer.from(JSON.stringify(text), "utf8").toString("latin1");
  if (!unusual || random.once(2)) return plain;
  let escaped = "";
  for (let i = 0; i < text.length; i++) escaped += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return `"${escaped}"`;
}
