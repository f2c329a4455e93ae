// Native's filters for more or fewer policies and issuers than Istio was asked about: of what the referee has recorded the one policy's, and the issuers', as
// often as they are wanted. `curves.test.ts` holds what comes out to the recorded answers where there are any.

import { numberedPath, otherIssuer } from "../../differential/cases/scale.js";

type Members = Readonly<Record<string, unknown>>;

interface Filter {
  readonly name: string;
  readonly typed_config: unknown;
}

interface Rbac {
  rules: { policies: Record<string, unknown> };
}

interface JwtAuthn {
  providers: Record<string, Members>;
  rules: readonly { readonly match: Members; requires: Members }[];
}

function configOf(filters: readonly unknown[], name: string): unknown {
  const found = (filters as readonly Filter[]).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among the filters`);
  return found.typed_config;
}

/**
 * @param one Istio's filters for one policy, for the path /headers
 * @param last the path of the last policy; each other one has the path of its number
 * @returns filters for so many policies that are alike but for their paths
 */
export function withPolicies(one: readonly unknown[], count: number, last = "/headers"): unknown[] {
  const filters = structuredClone(one) as unknown[];
  const { rules } = configOf(filters, "envoy.filters.http.rbac") as Rbac;
  const [policy] = Object.values(rules.policies).map((value) => JSON.stringify(value));
  for (let i = 0; i < count; i++) {
    const path = i === count - 1 ? last : numberedPath(i);
    rules.policies[`ns[foo]-policy[p${i}]-rule[0]`] = JSON.parse(
      policy!.replace('"exact":"/headers"', `"exact":"${path}"`),
    );
  }
  return filters;
}

/**
 * @param many Istio's filters for several issuers
 * @returns filters for so many of them, of which the last one is as it was
 */
export function withIssuers(many: readonly unknown[], count: number): unknown[] {
  const filters = structuredClone(many) as unknown[];
  const config = configOf(filters, "envoy.filters.http.jwt_authn") as JwtAuthn;
  const first = config.providers["origins-0"]!;
  const last = config.providers[`origins-${Object.keys(config.providers).length - 1}`]!;
  const names = Array.from({ length: count }, (_, i) => `origins-${i}`);
  config.providers = Object.fromEntries(
    names.map((name, i) => [name, i === count - 1 ? last : { ...first, issuer: otherIssuer(i) }]),
  );
  const provided = (name: string) => ({ provider_name: name });
  const any = (requirements: readonly unknown[]) => ({ requires_any: { requirements } });
  const [rule] = config.rules;
  // One rule's tokens may be missing; of several either any verifies, or each verifies or is missing.
  rule!.requires =
    count === 1
      ? any([provided(names[0]!), { allow_missing: {} }])
      : any([
          ...names.map(provided),
          {
            requires_all: {
              requirements: names.map((name) => any([provided(name), { allow_missing: {} }])),
            },
          },
        ]);
  return filters;
}
