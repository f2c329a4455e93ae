// What meets a condition, brought by the caller.

import { isNegative, keyOf, withoutKey } from "../../evaluation/condition-place.js";
import { issuersIn } from "../../plugin-config/jwt-rules.js";
import { isObject } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { ConditionFinding } from "../explanation.js";
import { isTypedClaim, wantedClaim } from "../../extensions/wanted-claim.js";
import type { DescribedRequest } from "../question.js";
import type { Draft } from "./draft.js";

/** Changes what the caller brings so that the condition is met; false if no caller can, or it would be another request. */
export function bring({ place, wants, sees }: ConditionFinding, draft: Draft): boolean {
  // No certificate has the scheme twice.
  const [want] = wants.filter((one) => !one.startsWith("spiffe://"));
  if (want === undefined || isNegative(place)) return false;
  const key = keyOf(place);
  const field = key ?? /(\w+)$/.exec(withoutKey(place))?.[1] ?? "";
  const value = example(want);
  const { question } = draft;
  const request = (change: Partial<DescribedRequest>, text: string) => {
    draft.question = { ...question, request: { ...question.request, ...change } };
    draft.others.push(text);
    return true;
  };
  if (field === "requestPrincipals" || field === "request.auth.principal") return bringPrincipal(want, draft);
  const claim = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(field)?.[1];
  if (claim !== undefined) {
    const path = [...claim.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name!);
    const typed = isTypedClaim(place) ? wantedClaim(place, want) : { value };
    if (typed === undefined) return false;
    draft.claims = withClaim(draft.claims ?? {}, path, typed.value);
    const text = isTypedClaim(place) ? JSON.stringify(typed.value) : wantText(wants);
    draft.token.push(`${text} in its claim ${path.join(".")}`);
    return true;
  }
  if (field === "request.auth.audiences" || field === "request.auth.presenter") {
    const name = field.endsWith("s") ? "aud" : "azp";
    draft.claims = { ...draft.claims, [name]: value };
    draft.token.push(`${wantText(wants)} as its ${name}`);
    return true;
  }
  const header = /^request\.headers\[(.*)\]$/.exec(field)?.[1];
  if (header !== undefined) {
    const rest = question.request.headers.filter(([name]) => name.toLowerCase() !== header.toLowerCase());
    return request({ headers: [...rest, [header, value]] }, `the header ${header}: ${wantText(wants)}`);
  }
  if (field === "methods" && /^[A-Z]+$/.test(want))
    return request({ method: value }, `${wantText(wants)} in place of ${sees[0] ?? "that"}`);
  if (field === "hosts") {
    // Another host is another request; the same by another name of its port is not.
    const same = wants.find((one) => withoutPort(one) === withoutPort(sees[0] ?? ""));
    if (same === undefined) return false;
    return request({ authority: same }, `the host ${same} in place of ${sees[0] ?? ""}`);
  }
  if (["ipBlocks", "source.ip"].includes(field))
    return request({ peer: addressIn(want) }, `it from ${wantText(wants)} (--peer)`);
  if (["remoteIpBlocks", "remote.ip"].includes(field))
    return request({ remote: addressIn(want) }, `it from ${wantText(wants)} (--remote)`);
  if (field === "connection.sni")
    return request({ serverName: value }, `the server name ${wantText(wants)} in TLS (--sni)`);
  if (field === "principals" || field === "source.principal") {
    return request(
      { certificate: { uriSan: `spiffe://${value}` } },
      `it with the client certificate of ${wantText(wants)} (--principal)`,
    );
  }
  if (field === "namespaces" || field === "source.namespace") {
    const principal = `cluster.local/ns/${value}/sa/default`;
    return request(
      { certificate: { uriSan: `spiffe://${principal}` } },
      `it from the namespace ${wantText(wants)} in mTLS (--principal ${principal})`,
    );
  }
  return false;
}

/** `iss/sub`: the issuer has to be one whose tokens are read. */
function bringPrincipal(want: string, draft: Draft): boolean {
  const issuers = [...issuersIn(draft.question.configuration)];
  const issuer =
    issuers.find((one) => want.startsWith(`${one}/`)) ?? (want.startsWith("*") ? issuers[0] : undefined);
  if (issuer === undefined) return false;
  const old = draft.claims?.["sub"];
  const rest = want.startsWith("*") ? want.slice(1).replace(/^.*\//, "") : want.slice(issuer.length + 1);
  const anybody = rest === "" || rest === "*";
  const sub = anybody ? (typeof old === "string" && old !== "" ? old : "anybody") : example(rest);
  draft.claims = { ...draft.claims, iss: issuer, sub };
  const lacksSub = draft.hadToken && (old === undefined || old === "");
  draft.token.push(
    anybody
      ? lacksSub
        ? "a sub, since a principal is iss/sub and this token has no sub"
        : ""
      : `the sub ${rest}`,
  );
  return true;
}

function withClaim(claims: JsonObject, [name, ...rest]: readonly string[], value: Json): JsonObject {
  if (name === undefined) return claims;
  const old = claims[name];
  if (rest.length > 0) return { ...claims, [name]: withClaim(isObject(old) ? old : {}, rest, value) };
  return { ...claims, [name]: value };
}

const wantText = (wants: readonly string[]) => wants.slice(0, 3).join(" or ");

/** A text that a pattern takes. */
function example(pattern: string): string {
  if (pattern === "*") return "x";
  if (pattern.startsWith("*")) return `x${pattern.slice(1)}`;
  return pattern.endsWith("*") ? `${pattern.slice(0, -1)}x` : pattern;
}

const withoutPort = (host: string) => host.toLowerCase().replace(/:\d+$/, "");

const addressIn = (block: string) => block.replace(/\/.*$/, "");
