// JP244: a claim that is compared with a header which a JWT rule of the same workload writes: with the token itself, not with what the client asks for.

import { claimPoliciesOf } from "../../extensions/claim-policies.js";
import { extensionsIn, partOf } from "../../extensions/extensions-object.js";
import { remark, type Lint } from "../../findings/lint.js";
import { writtenHeadersOf } from "../../policy-model/jwt-rules.js";
import { mayMeet } from "../../policy-model/reach.js";
import { entry, itemsOf, stringAt } from "../../resources/tree.js";

export const ownHeaders: Lint = ({ resources, requestAuthentications, rootNamespace }) =>
  extensionsIn(resources).flatMap((object) => {
    const written = new Set([
      ...requestAuthentications
        .filter((authentication) => mayMeet(object, authentication, rootNamespace))
        .flatMap(writtenHeadersOf),
      ...extensionsIn(resources)
        .filter((other) => mayMeet(object, other, rootNamespace))
        .flatMap((other) => itemsOf(partOf(other, "claimHeaders")))
        .map((output) => (stringAt(output, "header") ?? "").toLowerCase()),
    ]);
    written.delete("");
    return claimPoliciesOf(object)
      .flatMap(({ rules }) => rules.flat())
      .filter((condition) => written.has((stringAt(condition, "equalsHeader") ?? "").toLowerCase()))
      .map((condition) =>
        remark({
          id: "JP244",
          resource: object.resource,
          at: entry(condition, "equalsHeader")!.keyAt,
          message: `a JWT rule writes this header from the token: it is never what the client sent`,
          remedy: "compare the claim with the header that the client names its tenant in, or with the path",
        }),
      );
  });
