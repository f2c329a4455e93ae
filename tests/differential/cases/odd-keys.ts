// Inline key sets of every shape: whether they are taken, what is said of those that are not, and whether a token is verified with what was taken.
import type { Case, DeliberateDifference, Table } from "../case.js";
import { oddKeySets, type OddKeySet, type OddKeySetName } from "../keys/odd-key-sets.js";
import { keys, requestAuthentication } from "../policy.js";
import { bearer } from "../requests.js";

/** One policy for each set, asked with the set's token. */
function oddKeyCase(name: OddKeySetName, { token, refusedHere }: OddKeySet): Case {
  return {
    policy: { name: `keys/${name}`, config: requestAuthentication(keys(name)) },
    label: "its token",
    request: bearer(token),
    ...(refusedHere === undefined
      ? {}
      : {
          deliberate: {
            difference: differenceOf(name),
            native: { status: 200 },
            ours: { status: 0, body: refusedHere },
          },
        }),
  };
}

function differenceOf(name: OddKeySetName): DeliberateDifference["difference"] {
  if (name.startsWith("odd many: ")) return "256 keys in a set";
  return name.startsWith("odd rsa ") ? "RSA keys of 1017 bits" : "strict JSON";
}

const cases = Object.entries(oddKeySets).map(([name, set]) => oddKeyCase(name as OddKeySetName, set));

export const oddKeys: Table = {
  name: "odd-keys",
  cases: cases.filter((one) => one.deliberate === undefined),
};

/** Key sets that native alone takes, for cases/deliberate-differences.ts. */
export const keysForNativeOnly: readonly Case[] = cases.filter((one) => one.deliberate !== undefined);
