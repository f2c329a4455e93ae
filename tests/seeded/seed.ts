// The seed of whatever a test draws: inputs, keys, orders. `npm test` always has the same one, so that a commit gives the same answer every time;
// `npm run explore` gives fresh ones.

/** The environment variable that holds another seed. */
export const SEED_VARIABLE = "TEST_SEED";

/** The seed of `npm test`. */
export const USUAL_SEED = 1;

function given(text: string | undefined): number {
  if (text === undefined || text === "") return USUAL_SEED;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 31)
    throw new Error(`${SEED_VARIABLE}=${text}: must be a whole number from 1 to ${2 ** 31 - 1}`);
  return value;
}

/** A whole number from 1 on, below 2³¹. */
export const seed = given(process.env[SEED_VARIABLE]);
