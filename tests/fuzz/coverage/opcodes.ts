// How long a WebAssembly instruction is: what the instrumentation has to know of everything that it does not change (WebAssembly
// core specification 2.0, §5.4).

/** Reads a module's bytes from front to back. */
export class Reader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("the module ends within an instruction");
    return value;
  }

  /** An unsigned LEB128 of at most 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over a LEB128 of any width. */
  skipLeb(count = 1): void {
    for (let i = 0; i < count; i++) while (this.byte() >= 0x80);
  }

  skip(count: number): void {
    this.at += count;
  }
}

export const Op = {
  If: 0x04,
  Else: 0x05,
  Block: 0x02,
  Loop: 0x03,
  End: 0x0b,
  Branch: 0x0c,
  BranchIf: 0x0d,
} as const;

/** A block that takes and gives no values. */
export const EMPTY_BLOCK = 0x40;

/** Passes over the immediates of the instruction whose opcode has just been read. */
export function skipImmediates(opcode: number, reader: Reader): void {
  if (opcode >= 0x28 && opcode <= 0x3e)
    reader.skipLeb(2); // loads and stores: alignment, offset
  else if (opcode >= 0x45 && opcode <= 0xc4)
    return; // arithmetic
  else if (opcode === 0xfc) skipBulk(reader.unsigned(), reader);
  else if (opcode === 0xfd) skipSimd(reader.unsigned(), reader);
  else skipOther(opcode, reader);
}

function skipOther(opcode: number, reader: Reader): void {
  switch (opcode) {
    case Op.Block:
    case Op.Loop:
    case Op.If:
    case Op.Branch:
    case Op.BranchIf:
    case 0x10: // call
    case 0x20: // local.get, local.set, local.tee
    case 0x21:
    case 0x22:
    case 0x23: // global.get, global.set
    case 0x24:
    case 0x25: // table.get, table.set
    case 0x26:
    case 0x3f: // memory.size, memory.grow
    case 0x40:
    case 0x41: // i32.const, i64.const
    case 0x42:
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      reader.skipLeb();
      return;
    case 0x0e: // br_table
      reader.skipLeb(reader.unsigned() + 1);
      return;
    case 0x11: // call_indirect
      reader.skipLeb(2);
      return;
    case 0x1c: // select of given types
      reader.skip(reader.unsigned());
      return;
    case 0x43:
      reader.skip(4);
      return;
    case 0x44:
      reader.skip(8);
      return;
    case 0x00: // unreachable, nop, else, end, return, drop, select, ref.is_null
    case 0x01:
    case Op.Else:
    case Op.End:
    case 0x0f:
    case 0x1a:
    case 0x1b:
    case 0xd1:
      return;
    default:
      throw new Error(`unknown opcode 0x${opcode.toString(16)} at ${reader.at - 1}`);
  }
}

function skipBulk(operation: number, reader: Reader): void {
  if (operation <= 7) return; // saturating conversions
  if (operation === 8 || operation === 10 || operation === 12 || operation === 14) reader.skipLeb(2);
  else reader.skipLeb();
}

function skipSimd(operation: number, reader: Reader): void {
  if (operation <= 11 || operation === 92 || operation === 93) reader.skipLeb(2);
  else if (operation === 12 || operation === 13) reader.skip(16);
  else if (operation >= 21 && operation <= 34) reader.skip(1);
  else if (operation >= 84 && operation <= 91) {
    reader.skipLeb(2);
    reader.skip(1);
  }
}
