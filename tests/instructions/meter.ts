// Counts the instructions that a WebAssembly module executes: to the number, not to the clock. Before each stretch of code that has one way in and
// one way out its length is added to a global of the module's own, which JavaScript reads. Nothing else of the module changes.

import { Op, Reader, skipImmediates } from "../fuzz/coverage/opcodes.js";
import {
  leb,
  readSections,
  SectionId,
  withFunctions,
  withSections,
  type Section,
} from "../fuzz/coverage/sections.js";

/** The name under which the metered module exports its counter, an i64. */
export const COUNTER = "executed_instructions";

/** What ends a stretch besides the ends and beginnings of blocks: br, br_if, br_table, return, unreachable. */
const jumps: ReadonlySet<number> = new Set([0x0c, 0x0d, 0x0e, 0x0f, 0x00]);
const frames: ReadonlySet<number> = new Set([Op.Block, Op.Loop, Op.If, Op.Else, Op.End]);

/** The module with a counter in it. Throws if it is no module, or imports globals. */
export function metered(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = readSections(module);
  const globals = sections.find(({ id }) => id === SectionId.Global);
  if (globals === undefined) throw new Error("the module has no global of its own");
  const counter = new Reader(globals.content).unsigned();
  return withSections(module, sections, (section) => rewritten(section, counter));
}

function rewritten({ id, content }: Section, counter: number): Uint8Array {
  // i64, mutable, i64.const 0, end
  if (id === SectionId.Global) return oneMore(content, Uint8Array.of(0x7e, 1, 0x42, 0, Op.End));
  if (id === SectionId.Export) {
    const name = Buffer.from(COUNTER);
    return oneMore(content, Uint8Array.of(...leb(name.length), ...name, 3, ...leb(counter)));
  }
  return id === SectionId.Code ? withFunctions(content, (body) => meteredFunction(body, counter)) : content;
}

/** A vector with an element more at its end. */
function oneMore(content: Uint8Array, element: Uint8Array): Uint8Array {
  const reader = new Reader(content);
  const count = reader.unsigned();
  return Buffer.concat([leb(count + 1), content.subarray(reader.at), element]);
}

function meteredFunction(body: Uint8Array, counter: number): Uint8Array {
  const reader = new Reader(body);
  for (let groups = reader.unsigned(); groups > 0; groups--) reader.skipLeb(2);
  const out: Uint8Array[] = [body.subarray(0, reader.at)];
  let stretch: Uint8Array[] = [];
  let depth = 1;
  const flush = () => {
    if (stretch.length > 0) out.push(added(counter, stretch.length), ...stretch);
    stretch = [];
  };
  while (depth > 0) {
    const start = reader.at;
    const opcode = reader.byte();
    skipImmediates(opcode, reader);
    const instruction = body.subarray(start, reader.at);
    if (opcode === Op.Block || opcode === Op.Loop || opcode === Op.If) depth++;
    if (opcode === Op.End) depth--;
    // What tells the machine where a block begins and ends is no work: `if` alone decides.
    if (frames.has(opcode) && opcode !== Op.If) {
      flush();
      out.push(instruction);
      continue;
    }
    stretch.push(instruction);
    if (opcode === Op.If || jumps.has(opcode)) flush();
  }
  return Buffer.concat(out);
}

/** counter += length; leaves the stack as it was. */
function added(counter: number, length: number): Uint8Array {
  return Uint8Array.of(0x23, ...leb(counter), 0x42, ...signed(length), 0x7c, 0x24, ...leb(counter));
}

/** A positive number as a signed LEB128. */
function signed(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest < 0x40) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
