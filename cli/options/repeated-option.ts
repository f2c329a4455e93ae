// Options that may be repeated, and those that may not.

import { InputError } from "../../policies/resources/input-error.js";

/** For commander: each value behind those before it. */
export const collect = (value: string, list: string[] = []): string[] => [...list, value];

/** For commander: a value that is refused when it is given again, so that the last one does not win without a word. */
export const once =
  (option: string) =>
  (value: string, before?: string): string => {
    if (before === undefined) return value;
    throw new InputError(`${option} is there twice, ${before} and ${value}: this verb is about one`);
  };
