// JP210: a host without a port does not match a request that names one.

import { constraintsOf } from "../../policy-model/rule-model.js";
import type { LocatedString } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const hostPorts: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, action, rules }) =>
    rules.flatMap((rule) => {
      const found = constraintsOf(rule)
        .filter(({ attribute }) => attribute === "hosts")
        .flatMap(({ values, notValues }) => [
          ...withoutPort(values).map((one) => ({ ...one, opens: action === "DENY" })),
          ...withoutPort(notValues).map((one) => ({ ...one, opens: action === "ALLOW" })),
        ]);
      const [first, ...others] = found;
      if (first === undefined) return [];
      const opens = found.some((one) => one.opens);
      const { value, at } = first;
      return [
        remark({
          id: "JP210",
          resource: policy.resource,
          at,
          message:
            `the host ${value} does not match ${value.replace(/^\*\./, "a.")}:8080` +
            (others.length === 0 ? "" : `, nor do ${others.length} more of this rule match with a port`) +
            (opens ? ": a client that adds the port gets past this" : ""),
          remedy: value.startsWith("*")
            ? `a pattern has one *: name the hosts, each as it is and with ":*"`
            : `add ${JSON.stringify(`${value}:*`)}${others.length === 0 ? "" : ", and so for each host"}`,
        }),
      ];
    }),
  );

/** Hosts that end without port or wildcard, and are not in the list with `:*`. */
function withoutPort(hosts: readonly LocatedString[]): readonly LocatedString[] {
  const all = new Set(hosts.map(({ value }) => value.toLowerCase()));
  return hosts.filter(({ value }) => {
    const host = value.toLowerCase();
    const bare =
      !host.endsWith("*") && !/:[0-9]+$/.test(host) && !host.includes("://") && !host.includes("/");
    return bare && !all.has(`${host}:*`) && !all.has(`${host}*`) && !all.has("*");
  });
}
