// Cases for the lints: YAML in which marks show where a finding is to be.

/** Stands in front of the place that a finding names; it is taken out before the command sees the text. */
export const HERE = "»";

export interface LintCase {
  readonly name: string;
  /** Istio's YAML; a mark for each finding of the table's id, none: there must be none. */
  readonly yaml: string;
  /** Of the findings; a warning where it is not given. */
  readonly severity?: "error" | "warning" | "note";
  /** Words of the message or the remedy. */
  readonly says?: string;
  /** What --fix makes of the text; absent: it leaves it as it is. */
  readonly fixed?: string;
  readonly flags?: readonly string[];
}

export interface LintTable {
  readonly id: string;
  readonly cases: readonly LintCase[];
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  /** Annotations in flow style. */
  readonly annotations?: string;
}

/** An object of group security.istio.io. */
function security(kind: string, spec: string, defaultName: string, metadata: Metadata): string {
  const { name = defaultName, namespace = "foo", annotations } = metadata;
  const more = annotations === undefined ? "" : `, annotations: {${annotations}}`;
  return `apiVersion: security.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}${more}}
spec: ${spec}
---
`;
}

/** A RequestAuthentication of these JWT rules. */
export function authentication(jwtRules: string, metadata: Metadata = {}, attachment = ""): string {
  return security("RequestAuthentication", `{${attachment}jwtRules: [${jwtRules}]}`, "jwt", metadata);
}

/** An AuthorizationPolicy with this spec. */
export function policy(spec: string, metadata: Metadata = {}): string {
  return security("AuthorizationPolicy", spec, "allow", metadata);
}

/** An AuthorizationPolicy with one rule. */
export function rule(text: string, action = "ALLOW", metadata: Metadata = {}): string {
  return policy(`{action: ${action}, rules: [${text}]}`, metadata);
}

/** A rule with this source. */
export function from(source: string): string {
  return `{from: [{source: {${source}}}]}`;
}

/** A rule with this operation. */
export function to(operation: string): string {
  return `{to: [{operation: {${operation}}}]}`;
}

/** A rule with this condition. */
export function when(key: string, values: string): string {
  return `{when: [{key: '${key}', ${values}}]}`;
}

/** `selector` in front of other fields of a spec. */
export function selecting(labels: string): string {
  return `selector: {matchLabels: {${labels}}}, `;
}
