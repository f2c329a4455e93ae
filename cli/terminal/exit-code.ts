// What the command says to the shell.

/** Exit codes of every verb; the help text and docs/command.md print what each means. */
export const ExitCode = {
  /** Nothing to object to. */
  ok: 0,
  /** The command did its work, and the answer is no: findings, refused policies, failed tests, a denied request. */
  findings: 1,
  /** There is no answer: wrong arguments, or input that cannot be read or used. */
  usage: 2,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const unusable = "wrong arguments, or files that cannot be read";

/** What 0, 1 and 2 mean of each verb. */
export const exitCodes: Readonly<Record<string, readonly [ok: string, no: string, unanswered: string]>> = {
  render: [
    "written, perhaps with warnings",
    "Istio or the filter refuses the policies, or none applies to the workload; with --all, those of one workload, or none applies to any",
    unusable,
  ],
  check: [
    "no error (with --fail-on: nothing as bad as that)",
    "errors; with --fail-on warning or note, those too",
    unusable,
  ],
  explain: [
    "the request is allowed; of a log, all of them",
    "the request is denied; of a log, one of them. Nothing else gives 1",
    "there is no answer: wrong arguments, files that cannot be read, policies that are refused or do not apply to the workload, keys that cannot be fetched or used",
  ],
  test: [
    "all tests passed; with --init: drafted",
    "a test failed, policies are refused, or the coverage is too low",
    `${unusable}, test files and key sets that cannot be used`,
  ],
  diff: [
    "no answer changes",
    "answers change. Nothing else gives 1",
    `${unusable}, policies that are refused on one side, test files and logs that cannot be used`,
  ],
  completion: ["written", "not used", "wrong arguments"],
  token: [
    "written; with --show: it is a JWT, and with policies one of their rules takes it or would if its signature is good",
    "with --show alone: it is no JWT that the filter takes, or no rule takes it",
    `${unusable}, keys and claims that cannot be used`,
  ],
  playground: [
    "stopped by the user",
    "not used",
    "wrong arguments, files that cannot be read, a port that is taken",
  ],
  run: [
    "stopped by the user",
    "Envoy ended by itself, or the policies are refused or none applies to the workload",
    `${unusable}, key sets that cannot be used, no Envoy, an address that is taken`,
  ],
};

/** The codes of a verb, for its help. */
export function exitCodesHelp(verb: string): string {
  const meanings = exitCodes[verb] ?? [];
  return `\nExit codes:\n${meanings.flatMap((text, code) => lines(`  ${code}  `, text)).join("\n")}\n`;
}

/** Broken so that help fits into eighty columns. */
function lines(first: string, text: string): string[] {
  const broken = [first];
  for (const word of text.split(" ")) {
    const last = broken.length - 1;
    const line = `${broken[last]!}${broken[last]!.endsWith(" ") ? "" : " "}${word}`;
    if (line.length <= 80) broken[last] = line;
    else broken.push(`     ${word}`);
  }
  return broken;
}

/** For the help of the whole command. */
export const allExitCodesHelp = `
Exit codes:
  0  nothing to object to
  1  the answer is no: findings, failed tests, a denied request
  2  there is no answer: wrong arguments, or input that cannot be read or used
`;
