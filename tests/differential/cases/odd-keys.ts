// Inline key sets of every shape: whether they are taken, what is said of those that are not, and whether a token is verified with what was taken.
import type { Case, DeliberateDifference, Table } from "../case.js";
import { oddKeySets, type OddKeySet, type OddKeySetName } from "../keys/odd-key-sets.js";
import { keys, requestAuthentication } from "../policy.js";
import { bearer } from "../requests.js";

/** One policy for each set, asked with the set's token. */
function oddKeyCase(name: OddKeySetName, set: OddKeySet): Case {
  const deliberate = differenceAt(name, set);
  return {
    policy: { name: `keys/${name}`, config: requestAuthentication(keys(name)) },
    label: "its token",
    request: bearer(set.token),
    ...(deliberate === undefined ? {} : { deliberate }),
  };
}

function differenceAt(name: OddKeySetName, { refusedHere }: OddKeySet): DeliberateDifference | undefined {
  // Taken, and no key for a token of EdDSA.
  if (name === "odd ed25519: alg Ed25519")
    return {
      difference: "alg Ed25519",
      native: { status: 0, body: "[alg] is not [EdDSA] for an OKP key" },
      ours: { status: 401, body: "Jwks doesn't have key to match kid or alg from Jwt" },
    };
  if (refusedHere === undefined) return undefined;
  return {
    difference: differenceOf(name),
    native: { status: 200 },
    ours: { status: 0, body: refusedHere },
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

/** Key sets that one side alone takes, for cases/deliberate-differences.ts. */
export const keysOfOneSide: readonly Case[] = cases.filter((one) => one.deliberate !== undefined);
