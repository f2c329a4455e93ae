// JP248: an address range with bits behind its prefix: which of the two was meant, the address or the range, it does not say. Istio takes the range.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { rangeOfIPv4 } from "../../golang/ip.js";
import { constraintsOf } from "../../policy-model/rule-model.js";

const attributes: ReadonlySet<string> = new Set([
  "ipBlocks",
  "remoteIpBlocks",
  "source.ip",
  "remote.ip",
  "destination.ip",
]);

export const ipRanges: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules
      .flatMap(constraintsOf)
      .filter(({ attribute }) => attributes.has(attribute))
      .flatMap(({ attribute, values, notValues }) =>
        [...values, ...notValues].flatMap(({ value, at }): Finding[] => {
          const range = rangeOf(value);
          if (range === undefined || range === value) return [];
          return [
            remark({
              id: "JP248",
              resource: policy.resource,
              at,
              message: `${attribute}: "${value}" is the whole range ${range}`,
              remedy: `write ${range}, or ${value.replace(/\/.*$/, "")} for the one address`,
            }),
          ];
        }),
      ),
  );

/** The range as its first address says it; undefined for what is no range of IPv4. */
function rangeOf(text: string): string | undefined {
  const range = text.includes("/") ? rangeOfIPv4(text) : undefined;
  if (range === undefined) return undefined;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(range.first / 2 ** shift) % 256);
  return `${octets.join(".")}${text.slice(text.indexOf("/"))}`;
}
