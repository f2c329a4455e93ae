// What people get wrong about a condition, told where a request has run into it.

import { keyOf } from "../evaluation/condition-place.js";
import type { JsonObject } from "../resources/tree.js";
import type { ConditionFinding } from "./explanation.js";

interface Known {
  readonly claims: JsonObject | undefined;
  readonly forwardedFor: boolean;
}

/** A sentence about a condition that is not met; undefined if the values speak for themselves. */
export function conditionHint(
  condition: ConditionFinding,
  principal: string | undefined,
  known: Known,
): string | undefined {
  for (const hint of hints) {
    const text = hint(condition, principal, known);
    if (text !== undefined) return text;
  }
  return undefined;
}

type Hint = (condition: ConditionFinding, principal: string | undefined, known: Known) => string | undefined;

const fieldOf = ({ place }: ConditionFinding) => /([a-zA-Z]+)$/.exec(place)?.[1] ?? "";

const withoutIdentity: Hint = (condition, principal) => {
  const key = keyOf(condition.place) ?? "";
  const needsIdentity = fieldOf(condition) === "requestPrincipals" || /^request\.auth\./.test(key);
  if (!needsIdentity || principal !== undefined || condition.sees.length > 0) return undefined;
  return "Send a token: the rule asks for something that only a verified token gives.";
};

const claimType: Hint = (condition, principal, { claims }) => {
  const name = /^request\.auth\.claims\[([^\]]*)\]$/.exec(keyOf(condition.place) ?? "")?.[1];
  if (name === undefined || principal === undefined || condition.sees.length > 0) return undefined;
  if (claims === undefined) return undefined;
  if (!Object.hasOwn(claims, name)) {
    const names = Object.keys(claims).join(", ");
    return `The token has no claim ${name}; it has ${names}.`;
  }
  const value = claims[name];
  const kind =
    typeof value === "object"
      ? value === null
        ? "null"
        : "an object or a list without strings"
      : `a ${typeof value}`;
  return `The claim ${name} is ${kind}: conditions see strings and lists of strings.`;
};

const hostPort: Hint = (condition) => {
  const [host] = condition.sees;
  if (fieldOf(condition) !== "hosts" || host === undefined) return undefined;
  const bare = host.replace(/:\d+$/, "");
  if (bare === host || !condition.wants.includes(bare)) return undefined;
  return `The client says ${host} with the port; hosts: ["${bare}", "${bare}:*"] matches both.`;
};

const slashes: Hint = ({ place, wants, sees }) => {
  if (!place.endsWith("requestPrincipals") && !place.endsWith(" of request.auth.principal")) return undefined;
  const single = (principal: string) => principal.replace(/([^:])\/\//g, "$1/");
  const want = wants.find((one) => sees.some((seen) => seen !== one && single(seen) === single(one)));
  if (want === undefined) return undefined;
  return `${want} is short of a slash: the principal is iss/sub, and this issuer ends in a slash itself.`;
};

const upperCase: Hint = (condition) => {
  if (fieldOf(condition) !== "methods") return undefined;
  const want = condition.wants.find((one) => one !== one.toUpperCase());
  return want === undefined
    ? undefined
    : `Methods are compared to the letter: ${want.toUpperCase()}, not ${want}.`;
};

const trailingSlash: Hint = (condition) => {
  const [path] = condition.sees;
  if (fieldOf(condition) !== "paths" || path === undefined) return undefined;
  const want = condition.wants.find(
    (one) => one !== path && one.replace(/\/$/, "") === path.replace(/\/$/, ""),
  );
  if (want !== undefined) return `${path} and ${want} differ in the slash at the end.`;
  const below = condition.wants.find((one) => one.endsWith("/*") && one.slice(0, -2) === path);
  return below === undefined ? undefined : `${below} is for what is below ${path}, not for ${path} itself.`;
};

const forwarded: Hint = (condition, _, { forwardedFor }) => {
  const isRemote = fieldOf(condition) === "remoteIpBlocks" || keyOf(condition.place) === "remote.ip";
  if (!isRemote || !forwardedFor) return undefined;
  return "The request has X-Forwarded-For; how far Envoy trusts it depends on its configuration. Say what it makes of it: --remote ADDRESS";
};

const hints: readonly Hint[] = [
  withoutIdentity,
  claimType,
  hostPort,
  slashes,
  upperCase,
  trailingSlash,
  forwarded,
];
