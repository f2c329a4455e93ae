/**
 * What is wrong with a configuration: every message names the place and the remedy, as in
 * `authorizationPolicies[2].rules[0].to[0].operation.path: unknown field; did you mean paths?`.
 */
import { lowerCaseText } from "../memory/text_case";

/** More would only bury the first ones. */
const MAX_ERRORS = 20;

export class ConfigErrors {
  messages: string[] = [];

  add(path: string, message: string): void {
    if (this.messages.length < MAX_ERRORS)
      this.messages.push(path.length > 0 ? path + ": " + message : message);
  }

  /** Whoever asks for the same field twice says the same twice. */
  addOnce(path: string, message: string): void {
    if (!this.messages.includes(path + ": " + message)) this.add(path, message);
  }

  get none(): bool {
    return this.messages.length == 0;
  }
}

/** Of `known`, the name nearest to `name`, if it is near enough to be a slip of the pen; else "". */
export function nearestName(name: string, known: string[]): string {
  let best = "";
  let bestDistance = i32.MAX_VALUE;
  for (let i = 0; i < known.length; i++) {
    const candidate = known[i];
    const distance = editDistance(lowerCaseText(name), lowerCaseText(candidate));
    if (distance < bestDistance && distance <= max(1, candidate.length / 3)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance; texts longer than 64 characters are no slips and count as far apart. */
function editDistance(a: string, b: string): i32 {
  if (a.length > 64 || b.length > 64) return i32.MAX_VALUE;
  let row = new Array<i32>(b.length + 1);
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0];
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a.charCodeAt(i - 1) == b.charCodeAt(j - 1) ? 0 : 1;
      const next = min(min(row[j] + 1, row[j - 1] + 1), diagonal + cost);
      diagonal = row[j];
      row[j] = next;
    }
  }
  return row[b.length];
}
