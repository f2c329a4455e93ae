// A user's files as they were: what is named in the new place is read in the old one.

import { InputError } from "../resources/input-error.js";
import { normalized, type UserFiles } from "../resources/user-files.js";

/**
 * Files where every path at or below `from` is read at or below `to`. Of several that are named together, those that are not there are
 * passed over: they have come since.
 * @param found gets each path, and whether it is at or below `from`; others are the same on both sides
 */
export function movedFiles(
  files: UserFiles,
  from: string,
  to: string,
  found: (path: string, isMoved: boolean) => void,
): UserFiles {
  const base = normalized(from);
  const prefix = base === "." ? "" : `${base.replace(/\/$/, "")}/`;
  const moved = (path: string): string => {
    const named = normalized(path);
    // Below the working directory is what leads neither up nor to the root.
    const isBelow = prefix === "" ? !/^(\.\.(\/|$)|\/)/.test(named) : named.startsWith(prefix);
    found(path, named === base || isBelow);
    if (named === base) return to;
    return isBelow ? normalized(`${to}/${named.slice(prefix.length)}`) : path;
  };
  return {
    async read(paths) {
      const read = await Promise.all(
        paths.map((path) =>
          files.read([moved(path)]).catch((error: unknown) => {
            if (error instanceof InputError && error.message.includes("no such file")) return undefined;
            throw error;
          }),
        ),
      );
      const there = read.filter((one) => one !== undefined);
      if (there.length > 0 || paths.length === 0) return there.flat();
      throw new InputError(`cannot read ${paths.map(moved).join(", ")}: no such file or directory`);
    },
    text: (path) => files.text(moved(path)),
  };
}
