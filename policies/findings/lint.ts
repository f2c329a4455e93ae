// What a lint gets and gives.

import type { Finding, Fix, Severity } from "./finding.js";
import type { IstioVersion } from "../policy-model/istio-version.js";
import type { Policy } from "../istio/policy.js";
import type { PolicyModel } from "../policy-model/rule-model.js";
import type { Position } from "../resources/position.js";
import { resourceName, type Resource } from "../resources/resource.js";

export interface LintContext {
  readonly resources: readonly Resource[];
  readonly requestAuthentications: readonly Policy[];
  readonly authorizationPolicies: readonly PolicyModel[];
  readonly rootNamespace: string;
  /** The Istio that is to take the policies, `1.31`; undefined: the newest that is known. */
  readonly istioVersion: IstioVersion | undefined;
}

/** Something that Istio accepts and people get wrong. */
export type Lint = (context: LintContext) => Finding[];

interface Remark {
  readonly id: string;
  readonly resource: Resource;
  readonly at: Position;
  readonly message: string;
  readonly remedy: string;
  readonly severity?: Severity;
  readonly fix?: Fix;
}

/** A finding of a lint; a warning unless it says otherwise. */
export function remark({ id, resource, at, message, remedy, severity = "warning", fix }: Remark): Finding {
  const finding: Finding = { id, severity, message, at, resource: resourceName(resource), remedy };
  return fix === undefined ? finding : { ...finding, fix };
}
