// Options that may be repeated.

/** For commander: each value behind those before it. */
export const collect = (value: string, list: string[] = []): string[] => [...list, value];
