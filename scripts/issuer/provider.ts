// oidc-provider, without what it says of every Node that is not its own choice (an older one, or one too new to be an LTS release): the product
// does not contain it, and the walk and the tests show on each Node that what they use of it works.

const { warn } = console;
// Whatever else it says at its start is said.
console.warn = (...parts: Parameters<typeof warn>) => {
  if (!/Unsupported runtime/.test(String(parts[0]))) warn(...parts);
};
const library = await import("oidc-provider").finally(() => (console.warn = warn));

export const { errors, Provider } = library;
export type { Configuration } from "oidc-provider";
