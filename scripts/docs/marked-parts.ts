// Parts of a page between `<!-- word: name -->` and `<!-- end -->`, which a program writes.

import { format, resolveConfig } from "prettier";

/** The name of a part -> its text. */
export type Parts = Readonly<Record<string, () => string | Promise<string>>>;

/**
 * The page with its parts written anew, formatted; undefined if it has none.
 * @param file absolute path of the page
 * @param word the kind of part: `generated`
 * @throws Error if nothing makes a part
 */
export async function withParts(
  text: string,
  file: string,
  word: string,
  parts: Parts,
): Promise<string | undefined> {
  const marked = new RegExp(`(<!-- ${word}: ([^>]+) -->\\n)[^]*?(<!-- end -->)`, "g");
  const texts = new Map<string, string>();
  for (const [, , name] of text.matchAll(marked)) {
    const part = parts[name!];
    if (part === undefined) throw new Error(`${file}: nothing makes the part ${name}`);
    texts.set(name!, await part());
  }
  if (texts.size === 0) return undefined;
  const filled = text.replaceAll(
    marked,
    (_, begin: string, name: string, end: string) => `${begin}\n${texts.get(name)}\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(file)), filepath: file });
}
