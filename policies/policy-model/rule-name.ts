// Names of rules: `ns[foo]-policy[bar]-rule[0]` as the filter and Istio write them, `foo/bar[0]` as people do.

export interface RuleName {
  readonly namespace: string;
  readonly policy: string;
  readonly rule: number;
}

/** Reads the filter's form; undefined for anything else. */
export function parseRuleName(text: string): RuleName | undefined {
  const match = /^ns\[([^\]]*)\]-policy\[(.*)\]-rule\[(\d+)\]$/.exec(text);
  return match === null ? undefined : { namespace: match[1]!, policy: match[2]!, rule: Number(match[3]) };
}

/** `foo/bar[0]` of the filter's form; other texts stay. */
export function shortRuleName(text: string): string {
  const name = parseRuleName(text);
  return name === undefined ? text : `${name.namespace}/${name.policy}[${name.rule}]`;
}

/** Whether a name as people write it, with or without namespace and rule, means this rule. */
export function meansRule(wanted: string, text: string): boolean {
  const name = parseRuleName(text);
  const match = /^(?:([^/]*)\/)?(.*?)(?:\[(\d+)\])?$/.exec(wanted);
  if (name === undefined || match === null) return wanted === text;
  const [, namespace, policy, rule] = match;
  return (
    wanted === text ||
    ((namespace === undefined || namespace === name.namespace) &&
      policy === name.policy &&
      (rule === undefined || Number(rule) === name.rule))
  );
}
