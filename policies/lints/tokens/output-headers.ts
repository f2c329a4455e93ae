// JP251: a header that a JWT rule writes, and that is another thing already: the place of a token, another output, or what the way of a request hangs on.
// Measured on Envoy 1.40 with Istio's own filters: the headers that a rule writes are taken out of a request before a token is looked for in it, and two
// outputs of one name are two lines.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { addTo } from "../../lookups/add-to.js";
import { jwtRulesOf, outputsOf, tokenHeadersOf, type Output } from "../../policy-model/jwt-rules.js";
import type { Resource } from "../../resources/resource.js";

export const outputHeaders: Lint = ({ requestAuthentications }) =>
  requestAuthentications.flatMap(({ resource, spec }) => {
    const rules = jwtRulesOf({ spec });
    const read = new Set(rules.flatMap(tokenHeadersOf));
    const outputs = rules.flatMap((rule) => outputsOf(rule).map((output) => ({ rule, ...output })));
    return [
      ...outputs.flatMap((output) => judge(output, read, resource)),
      ...sharedIn(outputs).flatMap((one) => found(one.output, one.message, one.remedy, resource)),
    ];
  });

type Placed = Output & { readonly rule: unknown };

function found({ at }: Output, message: string, remedy: string, resource: Resource): Finding[] {
  return [remark({ id: "JP251", resource, at, message, remedy })];
}

/** What proxies tell each other and the application of where a request comes from, or what it has. The filter refuses `host` and its like. */
const taken: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-client-cert",
  "x-envoy-external-address",
  "content-type",
  "cookie",
]);

function judge(output: Output, read: ReadonlySet<string>, resource: Resource): Finding[] {
  const { header } = output;
  const other = "choose a header of your own, such as x-jwt-payload";
  if (read.has(header))
    return found(
      output,
      `${header} is emptied before a token is looked for there: no token is found in it any more`,
      other,
      resource,
    );
  if (taken.has(header))
    return found(output, `${header} is lost: what was in it is taken out of every request`, other, resource);
  return [];
}

/** Headers that one rule writes twice, or that are a payload for one rule and a claim for another. */
function sharedIn(outputs: readonly Placed[]) {
  const byHeader = new Map<string, Placed[]>();
  for (const output of outputs) addTo(byHeader, output.header, output);
  return [...byHeader.values()].flatMap((same) => {
    const [first, ...others] = same as [Placed, ...Placed[]];
    return others.flatMap((output) => {
      const remedy = "give each a header of its own";
      if (output.rule === first.rule)
        return [
          { output, message: `${output.header} is written twice: it is there with both values`, remedy },
        ];
      if ((output.claim === undefined) === (first.claim === undefined)) return [];
      return [
        {
          output,
          message: `${output.header} is the whole payload by one rule, and a claim by another`,
          remedy,
        },
      ];
    });
  });
}
