// Names of rules: `ns[foo]-policy[bar]-rule[0]`, as the filter and Istio write them.

export interface RuleName {
  readonly namespace: string;
  readonly policy: string;
  readonly rule: number;
}

/** Reads a name; undefined for anything else. */
export function parseRuleName(text: string): RuleName | undefined {
  const match = /^ns\[([^\]]*)\]-policy\[(.*)\]-rule\[(\d+)\]$/.exec(text);
  return match === null ? undefined : { namespace: match[1]!, policy: match[2]!, rule: Number(match[3]) };
}
