// What the command says to the shell.

/** Exit codes of every verb; the help text prints them. */
export const ExitCode = {
  /** Nothing to object to. */
  ok: 0,
  /** The command did its work, and the answer is no: findings, refused policies, failed tests. */
  findings: 1,
  /** Wrong arguments, or input that cannot be read. */
  usage: 2,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export const exitCodesHelp = `
Exit codes:
  0  nothing to object to
  1  findings: policies that Istio refuses or that cannot be rendered, lints, failed tests
  2  wrong arguments, or input that cannot be read
`;
