// Faults that an exploration has to find, to prove that it would find others: each is a change of one line of the filter.

export interface PlantedFault {
  readonly file: string;
  readonly line: string;
  readonly faulty: string;
}

export const plantedFaults = {
  "white space": {
    file: "assembly/jose/encoding/base64url.ts",
    line: "for (let i: usize = 0x09; i <= 0x0d; i++) store<u8>(table + i, 0x40);",
    faulty: "for (let i: usize = 0x09; i < 0x0d; i++) store<u8>(table + i, 0x40);",
  },
  "encoded parameter": {
    file: "assembly/token/query.ts",
    line: "if (!spanEquals(decodePercent(parameterName(parameter)), name)) {",
    faulty: "if (!spanEquals(parameterName(parameter), name)) {",
  },
  "longest suffix": {
    file: "assembly/policy/tables/match_table.ts",
    line: "for (let i: u32 = 0; i < table.suffixLengthCount; i++) {",
    faulty: "for (let i: u32 = 0; i + 1 < table.suffixLengthCount; i++) {",
  },
} as const satisfies Record<string, PlantedFault>;

export type PlantedFaultName = keyof typeof plantedFaults;
export const plantedFaultNames = Object.keys(plantedFaults) as PlantedFaultName[];

/** The source with the fault in it. Throws if the line is not there exactly once. */
export function withFault({ file, line, faulty }: PlantedFault, source: string): string {
  const [before, after, ...more] = source.split(line);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file}: expected once: ${line}`);
  return `${before}${faulty}${after}`;
}
