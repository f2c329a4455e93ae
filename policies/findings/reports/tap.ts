// Lines of the Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html

/** A text in one line. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** A title: a hash sign would begin a directive. */
export const tapTitle = (text: string): string => oneLine(text).replaceAll(/[\\#]/g, "\\$&");

/** A YAML diagnostic block: JSON strings are YAML. */
export function tapBlock(members: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(members).map(([name, text]) => `  ${name}: ${JSON.stringify(text)}`);
  return ["  ---", ...entries, "  ..."];
}
