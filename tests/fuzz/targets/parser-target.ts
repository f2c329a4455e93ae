// A function of parsers.as.ts as a target. Beside traps it finds reads and writes outside of the input: what surrounds the input and what the
// arena held before are filled with one byte and then with another, and the answer must be the same, and the surroundings untouched.

import type { Instrumented } from "../coverage/instrument.js";
import { mutateBytes } from "../mutators/bytes.js";
import { configurationWords, jsonPieces, numbers, requestWords, tokenWords } from "../mutators/dictionary.js";
import { mutateJson } from "../mutators/json.js";
import { mutateToken } from "../mutators/token.js";
import type { Random } from "../../seeded/random.js";
import { keySet } from "../signing-keys.js";
import { Fault, type Target } from "./target.js";

type Answer = (length: number) => bigint;

interface Exports extends Record<ParserName, Answer> {
  memory: WebAssembly.Memory;
  inputAddress(): number;
  inputCapacity(): number;
  heldBytes(): number;
  poison(length: number, byte: number): void;
  guardsHold(length: number, byte: number): number;
  setKeys(length: number): number;
  isVerified(length: number): number;
  isJson(length: number): number;
}

/** proxy-wasm's NOT_FOUND: what every host function answers here. */
const NOT_FOUND = 1;
/** What the arena may keep between two inputs (assembly/memory/arena.ts, ARENA_KEEP). */
const ARENA_KEEP = 256 * 1024;
/** More memory than this no input of the sizes used here may cost, in pages of 64 KiB. */
const MAX_PAGES = 512;
/** The bytes that stand around the input: a quote would end a string, 0xff is no UTF-8. */
const POISONS = [0x22, 0xff] as const;
/** What a function answers whose own check has failed. */
const BROKEN = 1n;

interface Parser {
  /** A good input, whose answer must stay the same. */
  readonly canary: string;
  readonly longest: number;
  mutate(input: string, random: Random, other: string): string;
}

/** Bytes with a dictionary, and JSON as JSON where the input is some. */
function jsonMutator(words: readonly string[]): Parser["mutate"] {
  const all = [...words, ...jsonPieces, ...numbers];
  return (input, random, other) =>
    (random.once(3) ? undefined : mutateJson(Buffer.from(input, "latin1").toString("utf8"), random, words)) ??
    mutateBytes(input, random, all, other);
}

const parsers = {
  token: {
    canary: "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIiwic2NvcGUiOiJiIn0.c2ln",
    longest: 4096,
    mutate: mutateToken,
  },
  jwks: { canary: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', longest: 4096, mutate: jsonMutator(tokenWords) },
  configuration: {
    canary: '{"requestAuthentications":[{"jwtRules":[{"issuer":"a","jwksUri":"https://a/"}]}]}',
    longest: 6144,
    mutate: jsonMutator(configurationWords),
  },
  json: { canary: '{"a":[1.5,"b",null,true,{}]}', longest: 2048, mutate: jsonMutator(tokenWords) },
  headers: {
    canary: "/?access_token=a&b=c\nBearer a\nsession=b",
    longest: 4096,
    mutate: (input, random, other) => mutateBytes(input, random, [...requestWords, "\n"], other),
  },
  pairs: {
    canary: "\u0001\0\0\0\u0005\0\0\0\u0001\0\0\0:path\0/\0",
    longest: 4096,
    mutate: (input, random, other) =>
      mutateBytes(input, random, [...requestWords, "\0\0\0\u0080", "\xff\xff\xff\xff", "\0\0\0\0"], other),
  },
} satisfies Record<string, Parser>;

export type ParserName = keyof typeof parsers;
export const parserNames = Object.keys(parsers) as ParserName[];

export class ParserTarget implements Target {
  readonly name: ParserName;
  readonly longest: number;
  readonly counters: number;
  private readonly module: WebAssembly.Module;
  private readonly parser: Parser;
  private wasm!: Exports;
  private canaryAnswer = 0n;

  constructor(name: ParserName, instrumented: Instrumented) {
    this.name = name;
    this.parser = parsers[name];
    this.longest = this.parser.longest;
    this.counters = instrumented.counters;
    this.module = new WebAssembly.Module(instrumented.bytes);
    this.start();
  }

  takeCounters(): Uint8Array {
    const counters = new Uint8Array(this.wasm.memory.buffer, 0, this.counters);
    const taken = counters.slice();
    counters.fill(0);
    return taken;
  }

  restart(): Promise<void> {
    this.start();
    return Promise.resolve();
  }

  private start(): void {
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module, name } of WebAssembly.Module.imports(this.module))
      (imports[module] ??= {})[name] = () => NOT_FOUND;
    this.wasm = new WebAssembly.Instance(this.module, imports).exports as unknown as Exports;
    if (this.wasm.setKeys(this.write(JSON.stringify(keySet))) === 0)
      throw new Error("the fuzzer's own key set is refused");
    this.canaryAnswer = this.answer(this.parser.canary, POISONS[0]);
  }

  run(input: string, thorough: boolean): void {
    const answer = this.answer(input, POISONS[0]);
    if (thorough) {
      if (this.answer(input, POISONS[1]) !== answer)
        throw new Fault("the answer depends on what lies around the input, or on what the arena held");
      this.checkMeaning(input);
    }
    if (this.wasm.memory.buffer.byteLength > MAX_PAGES * 65_536)
      throw new Fault(`the memory has grown to ${this.wasm.memory.buffer.byteLength} bytes`);
  }

  checkUnchanged(): void {
    if (this.answer(this.parser.canary, POISONS[0]) !== this.canaryAnswer)
      throw new Fault("a good input is answered differently than before");
    const held = this.wasm.heldBytes();
    if (held > ARENA_KEEP) throw new Fault(`the arena keeps ${held} bytes`);
  }

  mutate(input: string, random: Random, other: string): string {
    return this.parser.mutate(input, random, other);
  }

  /** Whether the token is signed by a key of the fuzzer's set. */
  isVerified(input: string): boolean {
    return this.wasm.isVerified(this.write(input)) !== 0;
  }

  private answer(input: string, poison: number): bigint {
    const length = this.write(input);
    this.wasm.poison(length, poison);
    let answer: bigint;
    try {
      answer = this.wasm[this.name](length);
    } catch (error) {
      throw new Fault(error instanceof Error ? `trap: ${error.message}` : String(error));
    }
    if (answer === BROKEN) throw new Fault("what was written is not read again as the same");
    if (this.wasm.guardsHold(length, poison) === 0)
      throw new Fault("bytes outside of the input were written");
    return answer;
  }

  /** Checks that no other reader could understand the input differently. */
  private checkMeaning(input: string): void {
    if (this.name !== "json" || this.wasm.isJson(this.write(input)) === 0) return;
    try {
      JSON.parse(
        new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(input, "latin1")),
      );
    } catch (error) {
      throw new Fault(`accepted, but JSON.parse says ${(error as Error).message}`);
    }
  }

  /** Puts the input into its place and answers its length. */
  private write(input: string): number {
    const length = Math.min(input.length, this.wasm.inputCapacity());
    new Uint8Array(this.wasm.memory.buffer, this.wasm.inputAddress(), length).set(
      Buffer.from(input, "latin1").subarray(0, length),
    );
    return length;
  }
}
