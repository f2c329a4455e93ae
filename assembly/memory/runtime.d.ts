/** What AssemblyScript's runtime has for its compiler alone, and its published types leave out: `rt/tcms`, for the checker of types (tsconfig.json). */
export declare function __new(size: usize, id: i32): usize;
export declare function __renew(object: usize, size: usize): usize;

declare global {
  /** Gives back every managed object that no global refers to. */
  function __collect(): void;
}
