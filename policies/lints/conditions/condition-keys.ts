// JP235: a key of `when` that names no claim or header that there is: quotes, blanks, indexes in its brackets.

import type { Finding } from "../../findings/finding.js";
import { isHeaderName } from "../../policy-model/header-name.js";
import { remark, type Lint } from "../../findings/lint.js";
import type { PolicyModel, RuleModel } from "../../policy-model/rule-model.js";

export const conditionKeys: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap((model) =>
    model.rules.flatMap(({ conditions }) => conditions.flatMap((one) => judge(one, model))),
  );

/** Claims that RFC 7519 and RFC 8693 write in small letters. */
const registered: ReadonlySet<string> = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope"]);

function judge({ attribute, at }: RuleModel["conditions"][number], { policy }: PolicyModel): Finding[] {
  if (!/^request\.(auth\.claims|headers)\[/.test(attribute)) return [];
  const names = [...attribute.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!);
  const found = (message: string, remedy: string, right?: string) => [
    remark({
      id: "JP235",
      resource: policy.resource,
      at,
      message: `${attribute} never has a value: ${message}`,
      remedy,
      ...(right === undefined ? {} : { fix: { at, text: JSON.stringify(right) } }),
    }),
  ];
  const isOdd = names.some((name) => /^["'\s]|["'\s]$/.test(name));
  if (isOdd) {
    const right = attribute.replaceAll(
      /\[([^\]]*)\]/g,
      (_, name: string) => `[${name.replaceAll(/^["'\s]+|["'\s]+$/g, "")}]`,
    );
    return found("quotes and blanks in brackets belong to the name", `write ${right}`, right);
  }
  if (attribute.startsWith("request.auth.claims") && /^\$[.[]/.test(names[0] ?? ""))
    return found(
      "a path in the manner of JSONPath is taken for the claim's name",
      "write each level in brackets of its own, as request.auth.claims[realm_access][roles]",
    );
  const isClaim = attribute.startsWith("request.auth.claims");
  if (isClaim && (names[0] === "*" || /^[\w-]+=/.test(names[0] ?? "")))
    return found(
      "brackets have the name of one claim",
      "write the claim's name in the brackets, and what it is to be under values",
    );
  const small = names[0]?.toLowerCase() ?? "";
  if (isClaim && small !== names[0] && registered.has(small))
    return found(
      `claims are compared by case, and the registered one is ${small}`,
      `write ${attribute.replace(`[${names[0]}]`, `[${small}]`)}`,
    );
  // Pseudo-headers have a colon in front.
  if (attribute.startsWith("request.headers") && names.some((name) => !isHeaderName(name.replace(/^:/, ""))))
    return found(
      "no header has this name",
      "a header's name is letters, digits and hyphens, without colon or value",
    );
  if (
    attribute.startsWith("request.auth.claims") &&
    names.slice(1).some((name) => /^(\d+|\*|)$/.test(name))
  ) {
    const right = attribute.replaceAll(/(?<=\])\[(\d+|\*|)\]/g, "");
    return found(
      "a list has no members of that name; its items are looked through by themselves",
      `write ${right}`,
      right,
    );
  }
  return [];
}
