// JP255: values beside `*`, which takes them all: whoever wrote them meant fewer than everybody.

import { remark, type Lint } from "../../findings/lint.js";
import { constraintsOf } from "../../policy-model/rule-model.js";

export const besideStar: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy, rules }) =>
    rules.flatMap(constraintsOf).flatMap(({ attribute, values, notValues }) =>
      [values, notValues].flatMap((list) => {
        const star = list.length > 1 ? list.find(({ value }) => value === "*") : undefined;
        if (star === undefined) return [];
        return [
          remark({
            id: "JP255",
            resource: policy.resource,
            at: star.at,
            message: `${attribute}: "*" takes every value, and those beside it make no difference`,
            remedy: 'take out "*", or the others',
          }),
        ];
      }),
    ),
  );
