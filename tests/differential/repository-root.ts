/** The repository's root as a file URL; this file runs from build/js/tests/differential/. */
export const repositoryRoot = new URL("../../../../", import.meta.url);
