// Native Envoy is the referee as it answers today. Where older versions of it answered otherwise (measured on 1.36.4), they are not asked: this
// filter answers alike on all versions, which tests/differential/host.test.ts shows.

import type { Case } from "../case.js";
import { namesOf } from "../certificates/certificates.js";
import { jwtRulesOf, outputHeadersOf } from "../policy.js";

/** Minor version of the Envoy that is the referee. */
const REFEREE_MINOR = 40;

/** Whether the native filters of this Envoy (`1.36.4`) answer such a request as the referee does. */
export function isReferee(version: string, one: Pick<Case, "policy" | "request">): boolean {
  return isPresent(version) || !changes.some((concerns) => concerns(one));
}

/** Whether this Envoy answers everything as the referee does. */
export function isPresent(version: string): boolean {
  return Number(version.split(".")[1]) >= REFEREE_MINOR;
}

const changes: readonly ((one: Pick<Case, "policy" | "request">) => boolean)[] = [
  matchesHeaderLinesOneByOne,
  wantsTheUsualSaltLength,
  removesOutputHeadersFirst,
  takesAnyByteForACharacter,
];

/** Conditions on a header that comes in several lines, from the client or written for several tokens: older ones join the lines with commas. */
function matchesHeaderLinesOneByOne({ policy, request }: Pick<Case, "policy" | "request">): boolean {
  const written = Object.keys(request.tokens ?? {}).flatMap(() => outputHeadersOf(policy));
  const names = [...headerNames(request), ...written];
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  const text = JSON.stringify(policy.config.authorizationPolicies ?? []).toLowerCase();
  return repeated.some((name) => text.includes(`request.headers[${name}]`));
}

/** RSASSA-PSS with a salt that is not as long as the digest: older ones take any. */
function wantsTheUsualSaltLength({ request }: Pick<Case, "policy" | "request">): boolean {
  return Object.values(request.tokens ?? {}).some(({ saltLength }) => saltLength !== undefined);
}

/** Client-sent copies of output headers: older ones leave those of rules that they do not come to, and all on CORS preflights. */
function removesOutputHeadersFirst({ policy, request }: Pick<Case, "policy" | "request">): boolean {
  const sent = headerNames(request);
  const written = outputHeadersOf(policy).filter((name) => sent.includes(name));
  // They build the realm of a refusal before they remove anything.
  if (written.includes("x-envoy-original-path")) return true;
  return written.length > 0 && (request.method === "OPTIONS" || jwtRulesOf(policy).length >= 2);
}

/** A name of a certificate that is no UTF-8: the regular expressions of older ones take only UTF-8 for characters. */
function takesAnyByteForACharacter({ request }: Pick<Case, "policy" | "request">): boolean {
  const { uris = [], dns = [] } = namesOf(request.connection?.certificate ?? "");
  return /[^\u0000-\u007f]/.test([...uris, ...dns].join());
}

function headerNames(request: Case["request"]): string[] {
  return (request.headers ?? []).map(([name]) => name.toLowerCase());
}
