/**
 * The functions that a WebAssembly module imports and exports, with their types, which the JavaScript API does not tell. Envoy
 * refuses a module whose imports it does not know or whose types differ; so does this host. Source: WebAssembly core
 * specification §5.5 (binary format of modules).
 */

/** Parameter types, ">" and result types, one letter each: i i32, l i64, f f32, d f64, v v128, r a reference. `iil>i`. */
export type FunctionType = string;

export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
}

export interface ModuleSignature {
  readonly imports: readonly ImportedFunction[];
  /** Imports that are no functions (memories, tables, globals): `module.name`. */
  readonly otherImports: readonly string[];
  readonly exports: ReadonlyMap<string, FunctionType>;
}

const SECTION_TYPE = 1;
const SECTION_IMPORT = 2;
const SECTION_FUNCTION = 3;
const SECTION_EXPORT = 7;

const VALUE_TYPES: Readonly<Record<number, string>> = {
  0x7f: "i",
  0x7e: "l",
  0x7d: "f",
  0x7c: "d",
  0x7b: "v",
  0x70: "r",
  0x6f: "r",
};

/** Reads a module that WebAssembly.compile has accepted: its structure is known to be sound. */
export function readModuleSignature(bytes: Uint8Array): ModuleSignature {
  const types: FunctionType[] = [];
  const imports: ImportedFunction[] = [];
  const otherImports: string[] = [];
  const functionTypes: FunctionType[] = [];
  const exports = new Map<string, FunctionType>();
  const reader = new Reader(bytes, 8);
  while (!reader.atEnd()) {
    const section = reader.byte();
    const size = reader.u32();
    const body = new Reader(bytes, reader.at);
    reader.at += size;
    if (section === SECTION_TYPE) {
      for (let count = body.u32(); count > 0; count--) types.push(readFunctionType(body));
    } else if (section === SECTION_IMPORT) {
      for (let count = body.u32(); count > 0; count--) {
        const module = body.name();
        const name = body.name();
        if (body.byte() === 0) {
          const type = types[body.u32()] ?? "";
          imports.push({ module, name, type });
          functionTypes.push(type);
        } else {
          otherImports.push(`${module}.${name}`);
          return { imports, otherImports, exports };
        }
      }
    } else if (section === SECTION_FUNCTION) {
      for (let count = body.u32(); count > 0; count--) functionTypes.push(types[body.u32()] ?? "");
    } else if (section === SECTION_EXPORT) {
      for (let count = body.u32(); count > 0; count--) {
        const name = body.name();
        const kind = body.byte();
        const index = body.u32();
        if (kind === 0) exports.set(name, functionTypes[index] ?? "");
      }
    }
  }
  return { imports, otherImports, exports };
}

function readFunctionType(reader: Reader): FunctionType {
  reader.byte();
  const parameters = readValueTypes(reader);
  return `${parameters}>${readValueTypes(reader)}`;
}

function readValueTypes(reader: Reader): string {
  let text = "";
  for (let count = reader.u32(); count > 0; count--) text += VALUE_TYPES[reader.byte()] ?? "?";
  return text;
}

class Reader {
  private readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** Unsigned LEB128. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  name(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
}
