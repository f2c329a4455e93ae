// Changes to an input as bytes, without an idea of what they mean. Inputs are byte strings: one character, one byte.

import type { Random } from "../../seeded/random.js";
import { numbers } from "./dictionary.js";

type Change = (text: string, random: Random, words: readonly string[], other: string) => string;

function splice(text: string, at: number, drop: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + drop);
}

function anyByte(random: Random): string {
  return String.fromCharCode(random.below(256));
}

const changes: readonly Change[] = [
  function flipBit(text, random) {
    const at = random.below(Math.max(text.length, 1));
    return splice(text, at, 1, String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << random.below(8))));
  },
  function exchangeByte(text, random) {
    return splice(text, random.below(text.length + 1), 1, anyByte(random));
  },
  function insertByte(text, random) {
    return splice(text, random.below(text.length + 1), 0, anyByte(random));
  },
  function removePart(text, random) {
    return splice(text, random.below(text.length + 1), 1 + random.skewed(text.length + 1), "");
  },
  function repeatPart(text, random) {
    const at = random.below(text.length + 1);
    const part = text.slice(at, at + 1 + random.skewed(64));
    return splice(text, random.below(text.length + 1), 0, part.repeat(1 + random.skewed(4)));
  },
  function cut(text, random) {
    return text.slice(0, random.below(text.length + 1));
  },
  function insertWord(text, random, words) {
    return splice(text, random.below(text.length + 1), 0, random.pick(words));
  },
  function overwriteWithWord(text, random, words) {
    const word = random.pick(words);
    return splice(text, random.below(text.length + 1), word.length, word);
  },
  function exchangeNumber(text, random) {
    const found = [...text.matchAll(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g)];
    if (found.length === 0) return splice(text, random.below(text.length + 1), 0, random.pick(numbers));
    const number = random.pick(found);
    return splice(text, number.index, number[0].length, random.pick(numbers));
  },
  function crossOver(text, random, _words, other) {
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1));
  },
  function insertFromOther(text, random, _words, other) {
    const at = random.below(other.length + 1);
    return splice(
      text,
      random.below(text.length + 1),
      random.skewed(32),
      other.slice(at, at + 1 + random.skewed(64)),
    );
  },
];

/** `text` with one to several changes; `words` are put in whole, `other` is another input of the corpus. */
export function mutateBytes(text: string, random: Random, words: readonly string[], other: string): string {
  let changed = text;
  for (let left = 1 + random.skewed(6); left > 0; left--)
    changed = random.pick(changes)(changed, random, words, other);
  return changed;
}
