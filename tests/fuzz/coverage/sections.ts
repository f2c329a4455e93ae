// A WebAssembly module as its sections: read, and put together again with others in their place (core specification 2.0, §5.5).

import { Reader } from "./opcodes.js";

const HEADER_SIZE = 8;

/** Ids of sections. */
export const SectionId = { Custom: 0, Import: 2, Global: 6, Export: 7, Code: 10 } as const;

export interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

export function readSections(module: Uint8Array): Section[] {
  const sections: Section[] = [];
  const reader = new Reader(module, HEADER_SIZE);
  while (reader.at < module.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    sections.push({ id, content: module.subarray(reader.at, reader.at + size) });
    reader.skip(size);
  }
  return sections;
}

/** The module with what `rewritten` makes of its sections. Names and other custom sections are not needed any more, and left out. */
export function withSections(
  module: Uint8Array,
  sections: readonly Section[],
  rewritten: (section: Section) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [module.subarray(0, HEADER_SIZE)];
  for (const section of sections) {
    if (section.id === SectionId.Custom) continue;
    const body = rewritten(section);
    parts.push(Uint8Array.of(section.id, ...leb(body.length)), body);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The content of the code section with what `rewritten` makes of each function's body; `index` counts those of the module itself. */
export function withFunctions(
  content: Uint8Array,
  rewritten: (body: Uint8Array, index: number) => Uint8Array,
): Uint8Array {
  const reader = new Reader(content);
  const count = reader.unsigned();
  const parts: Uint8Array[] = [leb(count)];
  for (let index = 0; index < count; index++) {
    const size = reader.unsigned();
    const body = rewritten(content.subarray(reader.at, reader.at + size), index);
    reader.skip(size);
    parts.push(leb(body.length), body);
  }
  return Buffer.concat(parts);
}

/** An unsigned LEB128. */
export function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
