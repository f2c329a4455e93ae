// JP226: keys that are discovered, of an issuer that keeps them on another origin.

import { discoveringIssuer, keysElsewhere } from "../../key-sources/discovered-keys.js";
import { jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { originOf } from "../../key-sources/jwks-origin.js";
import { valueAt } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const discoveredElsewhere: Lint = ({ requestAuthentications }) =>
  requestAuthentications.flatMap(({ resource, spec }) =>
    jwtRulesOf({ spec }).flatMap((rule) => {
      const issuer = discoveringIssuer(rule);
      const jwksUri = issuer === undefined ? undefined : keysElsewhere(issuer);
      if (jwksUri === undefined) return [];
      return [
        remark({
          id: "JP226",
          severity: "note",
          resource,
          at: valueAt(rule, "issuer")!.at,
          message: `its keys are on ${originOf(jwksUri)!.origin}, to which the filter follows the issuer only where clusters names it; render does that`,
          remedy: `without render, write jwksUri: ${jwksUri}`,
        }),
      ];
    }),
  );
