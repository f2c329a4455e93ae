// What people get wrong about a condition, told where a request has run into it.

import { keyOf } from "../evaluation/condition-place.js";
import { aboutText } from "../evaluation/nearness.js";
import type { JsonObject } from "../resources/tree.js";
import type { ConditionFinding } from "./explanation.js";

export interface Known {
  readonly claims: JsonObject | undefined;
  readonly forwardedFor: boolean;
  /** Where nothing can be tried, since only a log is known: what it tells of tokens. Undefined: whatever helps has been tried. */
  readonly log: LoggedTokens | undefined;
}

export interface LoggedTokens {
  /** Whether any rule has looked for one. */
  readonly areRead: boolean;
  /** What the rule lacks that no token gives, in words. */
  readonly othersLacking: readonly string[];
}

/** What a sentence proposes: only what has been tried, and helps, is told (remedies/). */
export interface ProposedChange {
  /** Of the condition's values this one gives way to others. */
  readonly values?: { readonly want: string; readonly by: readonly string[] };
  /** The operation has these paths besides. */
  readonly paths?: readonly string[];
  /** The claim that JWT rules take apart at blanks. */
  readonly spaceDelimited?: string;
  /** The rule asks for this issuer, in place of a principal. */
  readonly issuer?: string;
}

export interface ConditionHint {
  readonly text: string;
  /** Undefined: the sentence says no more than what is compared with what. */
  readonly change?: ProposedChange;
}

/** So many rules have hints, the nearest ones. */
export const maxHinted = 3;

/** Hints beyond these repeat each other. */
export const maxHints = 5;

/** Sentences about a condition that is not met, the most telling first; none if the values speak for themselves. */
export function conditionHints(
  condition: ConditionFinding,
  principal: string | undefined,
  known: Known,
): ConditionHint[] {
  return hints.flatMap((hint) => {
    const found = hint(condition, principal, known);
    return found === undefined ? [] : [typeof found === "string" ? { text: found } : found];
  });
}

type Hint = (
  condition: ConditionFinding,
  principal: string | undefined,
  known: Known,
) => string | ConditionHint | undefined;

const fieldOf = ({ place }: ConditionFinding) => /([a-zA-Z]+)$/.exec(place)?.[1] ?? "";

/** Whether only a token can make a condition hold. */
export function needsIdentity(condition: ConditionFinding): boolean {
  const key = keyOf(condition.place) ?? "";
  return fieldOf(condition) === "requestPrincipals" || /^request\.auth\./.test(key);
}

const withoutIdentity: Hint = (condition, principal, { log }) => {
  // Elsewhere sending one has been tried.
  if (log === undefined || principal !== undefined || condition.sees.length > 0) return undefined;
  if (!needsIdentity(condition)) return undefined;
  const { areRead, othersLacking } = log;
  if (!areRead)
    return "The rule asks for something that only a verified token gives, and no RequestAuthentication that applies here reads one.";
  if (othersLacking.length > 0)
    return `A token alone does not let this request pass: the rule lacks ${othersLacking.join(" and ")} as well.`;
  return "Send a token: the rule asks for something that only a verified token gives.";
};

const isPrincipal = ({ place }: ConditionFinding) =>
  place.endsWith("equestPrincipals") || place.endsWith(" of request.auth.principal");

/** The claim that a condition is about, if it is one at the top. */
const claimOf = ({ place }: ConditionFinding) =>
  /^request\.auth\.claims\[([^\]]*)\]$/.exec(keyOf(place) ?? "")?.[1];

const spiffe: Hint = (condition) => {
  const field = fieldOf(condition);
  if (!/^(notP|p)rincipals$/.test(field) && keyOf(condition.place) !== "source.principal") return undefined;
  const want = condition.wants.find((one) => one.startsWith("spiffe://"));
  if (want === undefined) return undefined;
  return {
    text: `${aboutText(condition.place)} are compared without spiffe://, which stands in the certificate alone: write ${want.slice(9)}, not ${want}.`,
    change: { values: { want, by: [want.slice(9)] } },
  };
};

const withoutSub: Hint = (condition, _, { claims }) => {
  if (!isPrincipal(condition) || claims === undefined) return undefined;
  const { sub, iss } = claims;
  if (sub !== undefined && sub !== "") return undefined;
  const what = sub === "" ? "its sub is empty" : "it has no sub";
  const text = `A principal is iss/sub, and this token gives none: ${what}.`;
  if (typeof iss !== "string") return text;
  return {
    text: `${text} To ask for the issuer alone, use when: [{ key: "request.auth.claims[iss]", values: […] }].`,
    change: { issuer: iss },
  };
};

const lastSlash: Hint = (condition) => {
  if (!isPrincipal(condition)) return undefined;
  const { wants, sees } = condition;
  const want = wants.find(
    (one) => one.endsWith("/*") && sees.some((seen) => seen.startsWith(one.slice(0, -1))),
  );
  if (want === undefined) return undefined;
  return {
    text: `A value of requestPrincipals is split at its last slash: ${want} is any subject of the issuer ${want.slice(0, -2)}, and the subject here has slashes itself. Write ${want.slice(0, -2)}*.`,
    change: { values: { want, by: [`${want.slice(0, -2)}*`] } },
  };
};

const noConnection: Hint = (condition) => {
  if (condition.sees.length > 0) return undefined;
  const about = aboutText(condition.place);
  if (
    /^(principals|namespaces|serviceAccounts|trustDomains|source\.(principal|namespace|serviceAccount|trustDomain))$/.test(
      about,
    )
  ) {
    return `${about} is of the client's certificate in mTLS, and nobody has said whom it names: --principal cluster.local/ns/NAMESPACE/sa/ACCOUNT`;
  }
  if (about === "connection.sni")
    return "connection.sni is the server name in the client's TLS, and none was given: --sni NAME";
  if (/^experimental\./.test(about))
    return `${about} is dynamic metadata of other filters, and nobody has said it: --metadata '{"envoy.filters.x": {"key": "value"}}'`;
  return undefined;
};

const grpcPath: Hint = (condition) => {
  if (fieldOf(condition) !== "methods") return undefined;
  const want = condition.wants.find((one) => one.includes("/"));
  if (want === undefined) return undefined;
  if (!want.startsWith("/") && !/^[\w.]+\/\w+$/.test(want))
    return `${want} is no method: methods are words such as GET.`;
  const path = `/${want.replace(/^\//, "")}`;
  return {
    text: `${want} is a path, not a method: a gRPC call is POST to its path. Write paths: ["${path}"] and methods: ["POST"].`,
    change: { values: { want, by: ["POST"] }, paths: [path] },
  };
};

const spaceDelimited: Hint = (condition, _, { claims }) => {
  const name = claimOf(condition);
  if (name === undefined) return undefined;
  const value = claims?.[name] ?? condition.sees[0];
  if (
    typeof value !== "string" ||
    !condition.wants.some((want) => value !== want && value.split(/[\s,]+/).includes(want))
  )
    return undefined;
  const text = `The claim ${name} is one text, ${JSON.stringify(value)}, and is compared as a whole:`;
  if (!/ /.test(value)) return `${text} have the issuer write a list.`;
  return {
    text: `${text} list it in spaceDelimitedClaims of the JWT rule, or have the issuer write a list.`,
    change: { spaceDelimited: name },
  };
};

/** Two texts that a reader takes for equal. */
const nearlyEqual: Hint = (condition) => {
  const field = aboutText(condition.place);
  // Hosts are compared in small letters.
  for (const want of condition.wants) {
    for (const seen of condition.sees) {
      if (want === seen) continue;
      const both = `${JSON.stringify(want)} and ${JSON.stringify(seen)}`;
      if (field !== "hosts" && field !== "methods" && want.toLowerCase() === seen.toLowerCase()) {
        return `${field}: ${both} differ in case, and are compared to the letter.`;
      }
      if (want.trim() === seen.trim()) return `${field}: ${both} differ in blanks at an end.`;
      if (
        want.replace(/\.$/, "").toLowerCase() === seen.replace(/\.$/, "").toLowerCase() &&
        want.endsWith(".") !== seen.endsWith(".")
      ) {
        return `${field}: ${both} differ in the dot at the end, and are compared to the letter.`;
      }
      if (
        field === "hosts" &&
        want.replace(/:\d+$/, "").toLowerCase() === seen.replace(/:\d+$/, "").toLowerCase()
      ) {
        return `${field}: ${both} differ in the port: hosts are compared with the port that the client names.`;
      }
    }
  }
  return undefined;
};

const claimType: Hint = (condition, principal, { claims }) => {
  const name = claimOf(condition);
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
        : Array.isArray(value)
          ? value.some((one) => typeof one === "object")
            ? "a list with objects in it"
            : "a list without strings"
          : "an object"
      : `a ${typeof value}`;
  return `The claim ${name} is ${kind}: conditions see strings and lists of strings.`;
};

const hostPort: Hint = (condition) => {
  const [host] = condition.sees;
  if (fieldOf(condition) !== "hosts" || host === undefined) return undefined;
  const bare = host.replace(/:\d+$/, "");
  if (bare === host || !condition.wants.includes(bare)) return undefined;
  return {
    text: `The client says ${host} with the port; hosts: ["${bare}", "${bare}:*"] matches both.`,
    change: { values: { want: bare, by: [bare, `${bare}:*`] } },
  };
};

const slashes: Hint = ({ place, wants, sees }) => {
  if (!place.endsWith("requestPrincipals") && !place.endsWith(" of request.auth.principal")) return undefined;
  const single = (principal: string) => principal.replace(/([^:])\/\//g, "$1/");
  for (const want of wants) {
    const seen = sees.find((one) => one !== want && single(one) === single(want));
    if (seen === undefined) continue;
    return {
      text: `${want} is short of a slash: the principal is iss/sub, and this issuer ends in a slash itself.`,
      change: { values: { want, by: [seen] } },
    };
  }
  return undefined;
};

const upperCase: Hint = (condition) => {
  if (fieldOf(condition) !== "methods") return undefined;
  const want = condition.wants.find((one) => one !== one.toUpperCase());
  if (want === undefined) return undefined;
  return {
    text: `Methods are compared to the letter: ${want.toUpperCase()}, not ${want}.`,
    change: { values: { want, by: [want.toUpperCase()] } },
  };
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
  spiffe,
  withoutSub,
  grpcPath,
  noConnection,
  claimType,
  spaceDelimited,
  hostPort,
  slashes,
  lastSlash,
  upperCase,
  trailingSlash,
  forwarded,
  nearlyEqual,
];
