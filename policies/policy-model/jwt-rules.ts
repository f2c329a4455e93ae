// The JWT rules of a RequestAuthentication, as its spec has them.

import type { Policy } from "../istio/policy.js";
import type { Position } from "../resources/position.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../resources/tree.js";

export function jwtRulesOf({ spec }: Pick<Policy, "spec">): readonly Tree[] {
  return itemsOf(valueAt(spec, "jwtRules"));
}

/** Whether a rule lets no request pass without its token. */
export function isRequired(rule: Tree): boolean {
  return stringAt(rule, "presence") === "REQUIRED";
}

/** Where the keys of its rules are fetched, by their own word. */
export const jwksUrisOf = ({ resource, spec }: Pick<Policy, "resource" | "spec">) =>
  jwtRulesOf({ spec }).flatMap((rule) => {
    const uri = stringAt(rule, "jwksUri");
    if (uri === undefined) return [];
    return [{ resource, issuer: stringAt(rule, "issuer"), uri, at: valueAt(rule, "jwksUri")!.at }];
  });

/** The headers that a rule takes for its token as a whole, or behind a prefix, in lower case: jwt_authn takes them out of the request. */
export function wholeTokenHeadersOf(rule: Tree): readonly string[] {
  const places = ["fromHeaders", "fromParams", "fromCookies"].flatMap((name) => itemsOf(valueAt(rule, name)));
  if (places.length === 0) return ["authorization"];
  return itemsOf(valueAt(rule, "fromHeaders")).map((header) =>
    (stringAt(header, "name") ?? "").toLowerCase(),
  );
}

/** The headers in which a rule looks for its token, in lower case: those, and where it reads cookies, theirs. */
export function tokenHeadersOf(rule: Tree): readonly string[] {
  const hasCookies = itemsOf(valueAt(rule, "fromCookies")).length > 0;
  return [...wholeTokenHeadersOf(rule), ...(hasCookies ? ["cookie"] : [])];
}

/** A header that a rule writes. */
export interface Output {
  /** In lower case. */
  readonly header: string;
  /** The claim that it gets; undefined for the whole payload. */
  readonly claim: string | undefined;
  readonly at: Position;
}

/** The headers that a rule writes, in the order of Envoy: the payload, then claims. */
export function outputsOf(rule: Tree): readonly Output[] {
  const output = (tree: Tree | undefined, claim: string | undefined): Output[] =>
    tree?.kind === "scalar" && typeof tree.value === "string" && tree.value !== ""
      ? [{ header: tree.value.toLowerCase(), claim, at: tree.at }]
      : [];
  return [
    ...output(valueAt(rule, "outputPayloadToHeader"), undefined),
    ...itemsOf(valueAt(rule, "outputClaimToHeaders")).flatMap((one) =>
      output(valueAt(one, "header"), stringAt(one, "claim") ?? ""),
    ),
  ];
}

/** The headers that its rules write, in lower case: whoever reads them reads the token. */
export function writtenHeadersOf(policy: Pick<Policy, "spec">): readonly string[] {
  return jwtRulesOf(policy)
    .flatMap(outputsOf)
    .map(({ header }) => header);
}
