// JP221: keys fetched over http from outside the mesh: whoever is on the way can replace them.

import { extensionsIn } from "../../extensions/extensions-object.js";
import { furtherJwksUris } from "../../extensions/issuer-key-sources.js";
import { knownHosts, meshService, originOf } from "../../key-sources/jwks-origin.js";
import { jwksUrisOf } from "../../policy-model/jwt-rules.js";
import { remark, type Lint } from "../../findings/lint.js";

export const plainHttpKeys: Lint = ({ requestAuthentications, resources }) => {
  const known = knownHosts(resources);
  const namespaces = new Set(resources.map(({ namespace }) => namespace));
  const uris = [...requestAuthentications.flatMap(jwksUrisOf), ...furtherJwksUris(extensionsIn(resources))];
  return uris.flatMap(({ resource, uri, at }) => {
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
