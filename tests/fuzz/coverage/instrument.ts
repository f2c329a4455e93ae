// Counts branches: every function, every arm of every `if`, every branch taken or not, every loop gets a counter of one byte in the
// linear memory. The module is to be compiled with --memoryBase COUNTER_SPACE, which leaves that place free. Nothing native is needed:
// the counters are read from JavaScript.

import { EMPTY_BLOCK, Op, Reader, skipImmediates } from "./opcodes.js";
import { leb, readSections, SectionId, withFunctions, withSections, type Section } from "./sections.js";

/** Bytes at the start of the memory that belong to the counters. */
export const COUNTER_SPACE = 65_536;

export interface Instrumented {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of counters, from address 0 on; a multiple of four. */
  readonly counters: number;
}

/**
 * Puts counters into all functions but those whose name matches `except`: those of the crypto, whose loops would only cost time.
 * Throws if the module is no module, or has more branches than COUNTER_SPACE.
 */
export function instrument(module: Uint8Array, except: RegExp): Instrumented {
  const sections = readSections(module);
  const names = functionNames(sections);
  const imported = countImportedFunctions(sections);
  const counter = { next: 0 };
  const excepted = (index: number) => except.test(names.get(index + imported) ?? "");
  const bytes = withSections(module, sections, ({ id, content }) =>
    id === SectionId.Code
      ? withFunctions(content, (body, index) => (excepted(index) ? body : rewriteFunction(body, counter)))
      : content,
  );
  if (counter.next > COUNTER_SPACE) throw new Error(`${counter.next} branches, more than there are counters`);
  return { bytes, counters: (counter.next + 3) & ~3 };
}

function countImportedFunctions(sections: readonly Section[]): number {
  const content = sections.find(({ id }) => id === SectionId.Import)?.content;
  if (content === undefined) return 0;
  const reader = new Reader(content);
  let functions = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.skip(reader.unsigned());
    reader.skip(reader.unsigned());
    if (reader.byte() !== 0) throw new Error("only functions may be imported");
    functions++;
    reader.skipLeb();
  }
  return functions;
}

/** Function index to name, of the custom section `name`. */
function functionNames(sections: readonly Section[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const { id, content } of sections) {
    if (id !== SectionId.Custom) continue;
    const reader = new Reader(content);
    if (text(reader) !== "name") continue;
    while (reader.at < content.length) {
      const kind = reader.byte();
      const end = reader.unsigned() + reader.at;
      if (kind === 1)
        for (let left = reader.unsigned(); left > 0; left--) names.set(reader.unsigned(), text(reader));
      reader.at = end;
    }
  }
  return names;
}

function text(reader: Reader): string {
  const length = reader.unsigned();
  reader.skip(length);
  return Buffer.from(reader.bytes.subarray(reader.at - length, reader.at)).toString("utf8");
}

/** A block that is open: what kind, and whether a branch to it carries no values. */
interface OpenBlock {
  readonly opcode: number;
  readonly empty: boolean;
  hasElse: boolean;
}

function rewriteFunction(body: Uint8Array, counter: { next: number }): Uint8Array {
  const reader = new Reader(body);
  for (let groups = reader.unsigned(); groups > 0; groups--) reader.skipLeb(2);
  const out: Uint8Array[] = [body.subarray(0, reader.at), count(counter)];
  const open: OpenBlock[] = [{ opcode: 0, empty: false, hasElse: false }];
  while (open.length > 0) {
    const start = reader.at;
    const opcode = reader.byte();
    const target = opcode === Op.BranchIf ? new Reader(body, reader.at).unsigned() : -1;
    skipImmediates(opcode, reader);
    const instruction = body.subarray(start, reader.at);
    if (opcode === Op.Block || opcode === Op.Loop || opcode === Op.If) {
      open.push({ opcode, empty: instruction[1] === EMPTY_BLOCK, hasElse: false });
      out.push(instruction);
      if (opcode !== Op.Block) out.push(count(counter));
    } else if (opcode === Op.Else) {
      open[open.length - 1]!.hasElse = true;
      out.push(instruction, count(counter));
    } else if (opcode === Op.End) {
      const block = open.pop()!;
      // An arm that is not there gets a counter too: "the condition was false".
      if (block.opcode === Op.If && !block.hasElse && block.empty)
        out.push(Uint8Array.of(Op.Else), count(counter));
      out.push(instruction);
      if (open.length > 0 && block.opcode === Op.Block) out.push(count(counter));
    } else if (opcode === Op.BranchIf && open[open.length - 1 - target]?.empty) {
      // br_if L  =>  if (count) br L+1 end (count)
      out.push(
        Uint8Array.of(Op.If, EMPTY_BLOCK),
        count(counter),
        Uint8Array.of(Op.Branch, ...leb(target + 1), Op.End),
        count(counter),
      );
    } else {
      out.push(instruction);
      if (opcode === Op.BranchIf) out.push(count(counter));
    }
  }
  return Buffer.concat(out);
}

/** memory[id]++ on one byte; leaves the stack as it was. */
function count(counter: { next: number }): Uint8Array {
  const id = leb(counter.next++);
  // i32.const 0, i32.const 0, i32.load8_u id, i32.const 1, i32.add, i32.store8 id
  return Uint8Array.of(0x41, 0, 0x41, 0, 0x2d, 0, ...id, 0x41, 1, 0x6a, 0x3a, 0, ...id);
}
