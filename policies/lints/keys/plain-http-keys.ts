// JP221: keys fetched over http from outside the mesh: whoever is on the way can replace them.

import { extensionsIn } from "../../extensions/extensions-object.js";
import { furtherJwksUris } from "../../extensions/issuer-key-sources.js";
import { knownHosts, meshService, originOf } from "../../key-sources/jwks-origin.js";
import { jwtRulesOf } from "../../policy-model/jwt-rules.js";
import { stringAt, valueAt } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const plainHttpKeys: Lint = ({ requestAuthentications, resources }) => {
  const known = knownHosts(resources);
  const namespaces = new Set(resources.map(({ namespace }) => namespace));
  const own = requestAuthentications.flatMap(({ resource, spec }) =>
    jwtRulesOf({ spec }).flatMap((rule) => {
      const uri = stringAt(rule, "jwksUri");
      return uri === undefined ? [] : [{ resource, uri, at: valueAt(rule, "jwksUri")!.at }];
    }),
  );
  return [...own, ...furtherJwksUris(extensionsIn(resources))].flatMap(({ resource, uri, at }) => {
    const origin = originOf(uri);
    if (origin === undefined || origin.tls || origin.isAddress || origin.host === "localhost") return [];
    const service = meshService(origin, resource.namespace, known);
    // `jwks.foo` is a Service where foo is a namespace.
    if (service !== undefined && (!service.isGuess || namespaces.has(service.namespace))) return [];
    return [
      remark({
        id: "JP221",
        resource,
        at,
        message: `keys come from ${origin.origin} without TLS: whoever is on the way can replace them`,
        remedy: "use https",
      }),
    ];
  });
};
