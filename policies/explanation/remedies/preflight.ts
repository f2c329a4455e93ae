// What lets a CORS preflight pass.

import { objectsIn } from "../../resources/json.js";
import type { JsonObject } from "../../resources/tree.js";
import type { Explanation } from "../explanation.js";
import type { DescribedRequest, Question } from "../question.js";
import { type Trial, nameOf } from "./trial.js";
import { changedRule } from "./changed-rule.js";

/** Browsers ask whether they may ask, and send no token with that. */
export function preflight({ reasons, request: told }: Explanation, question: Question): Trial[] {
  const { request, configuration } = question;
  const asks = headerOf(request, "access-control-request-method") !== undefined;
  if (told.method !== "OPTIONS" || !asks) return [];
  const [first] = reasons;
  const policies = objectsIn(configuration["authorizationPolicies"]);
  const lead = "This is a CORS preflight, and browsers send those without a token:";
  if (first?.rule.matches === true) {
    const changed = changedRule(configuration, first.rule.at, (rule) => {
      const operations = objectsIn(rule["to"]);
      const list = operations.length === 0 ? [{ operation: {} }] : operations;
      return {
        ...rule,
        to: list.map(({ operation }) => ({
          operation: { ...(operation as JsonObject), notMethods: ["OPTIONS"] },
        })),
      };
    });
    return [
      {
        text: `${lead} add notMethods: ["OPTIONS"] to ${nameOf(first)}.`,
        question: { ...question, configuration: changed },
      },
    ];
  }
  const open = { to: [{ operation: { methods: ["OPTIONS"] } }] };
  const extra = { name: "preflight", namespace: "preflight", action: "ALLOW", rules: [open] };
  return [
    {
      text: `${lead} let it pass by a rule of its own, to: [{ operation: { methods: ["OPTIONS"] } }].`,
      question: {
        ...question,
        configuration: { ...configuration, authorizationPolicies: [...policies, extra] },
      },
    },
  ];
}

const headerOf = ({ headers }: DescribedRequest, wanted: string) =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
