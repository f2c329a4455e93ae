// A source in which every guard can be switched off while it runs: one compilation serves all mutants.

import { posix } from "node:path";
import type { Guard } from "./guard.js";

/** Where the switch is, beside index.ts. */
export const SWITCH_FILE = "assembly/guard_switch.ts";

/** In the module's data, before the number of the guard that is out (u32) and a byte for each guard that has mattered. */
export const MARK = "guard switch is here ->";

/** The switch as an AssemblyScript source, for `count` guards. No guard is out at first. */
export function switchSource(count: number): string {
  const bytes = [...Buffer.from(MARK), 0xff, 0xff, 0xff, 0xff, ...new Array<number>(count).fill(0)];
  const at = Buffer.byteLength(MARK);
  return `const PLACE: usize = memory.data<u8>([${bytes.join(",")}], 4);
/** Called when guard \`n\` would act: whether it may. */
export function guardStands(n: usize): bool {
  store<u8>(PLACE + n, 1, ${at + 4});
  return load<u32>(PLACE, ${at}) != n;
}
/** Called when guard \`n\` would not let pass: whether it is out. */
export function guardIsOut(n: usize): bool {
  return !guardStands(n);
}
`;
}

/**
 * The text with the guards of its numbers switched. No line moves.
 *
 * @param numbers the guards of this file that can be switched, by number
 */
export function switchedSource(file: string, text: string, numbers: ReadonlyMap<number, Guard>): string {
  if (numbers.size === 0) return text;
  const edits: { readonly at: number; readonly order: number; readonly text: string }[] = [];
  // Around one condition, and of conditions that begin or end together, the wider one is the outer one.
  const inwards = [...numbers].sort(
    ([a, one], [b, other]) => one.start - other.start || other.end - one.end || a - b,
  );
  for (const [index, [number, guard]] of inwards.entries()) {
    const [before, after] = around(guard, number);
    edits.push(
      { at: guard.start, order: index, text: before },
      { at: guard.end, order: -1 - index, text: after },
    );
  }
  edits.sort((one, other) => one.at - other.at || one.order - other.order);
  const depth = posix.relative(posix.dirname(file), SWITCH_FILE.replace(/\.ts$/, ""));
  const from = depth.startsWith(".") ? depth : `./${depth}`;
  let result = `import { guardStands, guardIsOut } from "${from}"; `;
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return result + text.slice(at);
}

function around(guard: Guard, number: number): [string, string] {
  switch (guard.removal) {
    case "never":
      return ["((", `) && guardStands(${number}))`];
    case "always":
      return ["((", `) || guardIsOut(${number}))`];
    case "skipped":
      return [`{ if (guardStands(${number})) `, " }"];
  }
}
