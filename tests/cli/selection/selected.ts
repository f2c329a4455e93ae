// Which rules and policies are in force, in a form that Istio's filters and our configuration can both be brought to.

export interface Selected {
  /** The audience that each JWT rule of the cases has of its own, in the order of Istio's providers. */
  readonly rules: readonly string[];
  /** `ALLOW foo/a`, sorted: within an action the order makes no difference. */
  readonly policies: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly namespace: string;
  readonly action?: string;
  readonly jwtRules?: readonly { readonly issuer: string; readonly audiences: readonly string[] }[];
}

/** From a pluginConfig: the filter sorts JWT rules by issuer, as Istio does. */
export function selectedInConfig(text: string): Selected {
  const config = JSON.parse(text) as {
    readonly requestAuthentications?: readonly Entry[];
    readonly authorizationPolicies?: readonly Entry[];
  };
  const rules = (config.requestAuthentications ?? []).flatMap(({ jwtRules }) => jwtRules ?? []);
  const sorted = rules.toSorted((a, b) => (a.issuer < b.issuer ? -1 : a.issuer > b.issuer ? 1 : 0));
  return {
    rules: sorted.map(({ audiences }) => audiences[0]!),
    policies: (config.authorizationPolicies ?? [])
      .map(({ action, namespace, name }) => `${action} ${namespace}/${name}`)
      .sort(),
  };
}

interface HttpFilter {
  readonly name: string;
  readonly typed_config: {
    readonly providers?: Readonly<Record<string, { readonly audiences: readonly string[] }>>;
    readonly rules?: { readonly action?: string; readonly policies: Readonly<Record<string, unknown>> };
  };
}

const actions: Readonly<Record<string, string>> = { DENY: "DENY", LOG: "AUDIT" };

/** From the HTTP filters that Istio generates: jwt_authn and rbac. */
export function selectedInFilters(filters: readonly unknown[]): Selected {
  const rules: string[] = [];
  const policies = new Set<string>();
  for (const { typed_config } of filters as readonly HttpFilter[]) {
    const providers = Object.entries(typed_config.providers ?? {});
    const number = ([name]: readonly [string, unknown]) => Number(name.replace("origins-", ""));
    for (const [, provider] of providers.sort((a, b) => number(a) - number(b)))
      rules.push(provider.audiences[0]!);
    const action = actions[typed_config.rules?.action ?? ""] ?? "ALLOW";
    for (const name of Object.keys(typed_config.rules?.policies ?? {})) {
      const match = /^ns\[(.*)\]-policy\[(.*)\]-rule\[/.exec(name);
      policies.add(`${action} ${match?.[1]}/${match?.[2]}`);
    }
  }
  return { rules, policies: [...policies].sort() };
}
