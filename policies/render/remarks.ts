// What a user should know about what `render` has written: nothing is wrong with the policies, but the place where they are
// put lacks something.

import type { Finding } from "../findings/finding.js";
import { jwtRulesOf } from "../policy-model/jwt-rules.js";
import { constraintsOf, policyModel } from "../policy-model/rule-model.js";
import { resourceName, type Resource } from "../resources/resource.js";
import { itemsOf, stringAt, valueAt, type Tree, type TreeEntry } from "../resources/tree.js";
import type { Address } from "../resources/address.js";
import { discoveringIssuer, keysElsewhere } from "../key-sources/discovered-keys.js";
import { jwksOrigins, knownHosts, meshService, originOf } from "../key-sources/jwks-origin.js";
import { pluginKind, type RenderFormat } from "./formats.js";
import { meshRemarks, type MeshRemarksOptions } from "./mesh-remarks.js";
import { gatewaysLeftOut, leftOut, ofSomePods } from "../resolution/left-out.js";
import type { Resolved } from "../resolution/resolve.js";

interface Target extends MeshRemarksOptions {
  readonly format: RenderFormat;
  readonly listener: Address;
}

/** Warnings and notes, in the order of the objects. */
export function remarks(resources: readonly Resource[], resolved: Resolved, target: Target): Finding[] {
  const { format, listener } = target;
  const isForIstio = pluginKind(format) !== undefined;
  return [
    ...leftOut(resources, resolved),
    ...ofSomePods(resources, resolved),
    ...(format === "envoy" ? [] : meshRemarks(resources, resolved, target)),
    ...(isForIstio ? [...gatewaysLeftOut(resources, resolved), ...guessedServices(resources, resolved)] : []),
    ...(resolved.isGateway ? resources.flatMap(routesByClaims) : []),
    ...(format === "config" ? [] : discoveries(resolved)),
    ...(format === "envoy" ? blindSpots(resolved, listener) : []),
  ];
}

/** Istio turns `@request.auth.claims` into a match on the dynamic metadata of jwt_authn, which no plugin can write. */
function routesByClaims(resource: Resource): Finding[] {
  if (resource.kind !== "VirtualService") return [];
  const matches = itemsOf(valueAt(resource.tree, "spec", "http")).flatMap((route) =>
    itemsOf(valueAt(route, "match")),
  );
  const headers = matches.flatMap((match) =>
    ["headers", "withoutHeaders"].flatMap((name) => entriesOf(valueAt(match, name))),
  );
  return headers
    .filter(({ key }) => key.startsWith("@request.auth.claims"))
    .map(({ keyAt }) => ({
      id: "JP004",
      severity: "warning",
      message:
        "no request will match this: routes by claims need the native filter, whose metadata a plugin cannot write",
      at: keyAt,
      resource: resourceName(resource),
      remedy: "copy the claim to a header by outputClaimToHeaders, and match that",
    }));
}

function entriesOf(tree: Tree | undefined): readonly TreeEntry[] {
  return tree?.kind === "map" ? tree.entries : [];
}

/** The provider configuration may name keys on another host, to which nothing that is rendered leads. */
function discoveries({ selection }: Resolved): Finding[] {
  return selection.requestAuthentications.flatMap(({ resource, spec }) =>
    jwtRulesOf({ spec }).flatMap((rule) => {
      const issuer = discoveringIssuer(rule) ?? "";
      const origin = originOf(issuer)?.origin;
      // Of some it is known where their keys are: the way there is rendered.
      if (origin === undefined || keysElsewhere(issuer) !== undefined) return [];
      return [
        {
          id: "JP005",
          severity: "note" as const,
          message: `the keys are where ${issuer.replace(/\/$/, "")}/.well-known/openid-configuration says, on ${origin}: the filter follows it to another origin only where clusters names that`,
          at: valueAt(rule, "issuer")?.at ?? rule.at,
          resource: resourceName(resource),
          remedy:
            "look at its jwks_uri; if it is on another origin, write it as jwksUri, or name that by --cluster",
        },
      ];
    }),
  );
}

/** `idp.auth`: in the cluster by its form alone. */
function guessedServices(resources: readonly Resource[], { selection, workload }: Resolved): Finding[] {
  const known = knownHosts(resources);
  return selection.requestAuthentications.flatMap((policy) =>
    jwksOrigins([policy]).flatMap((origin): Finding[] => {
      if (meshService(origin, workload.namespace, known)?.isGuess !== true) return [];
      const rule = jwtRulesOf(policy).find((one) =>
        ["jwksUri", "issuer"].some((name) => originOf(stringAt(one, name) ?? "")?.origin === origin.origin),
      );
      const [name, namespace] = origin.host.split(".");
      return [
        {
          id: "JP010",
          severity: "note",
          message: `${origin.host} is taken for the Service ${name} of the namespace ${namespace}`,
          at: (valueAt(rule, "jwksUri") ?? valueAt(rule, "issuer"))?.at ?? policy.resource.at,
          resource: resourceName(policy.resource),
          remedy:
            "give the Service among the files, or write the whole name (…svc.cluster.local); for a host outside, give its ServiceEntry",
        },
      ];
    }),
  );
}

/** Attributes that the rendered listener does not have: it speaks plain HTTP. */
const ofCertificates =
  /^(principals|namespaces|serviceAccounts|trustDomains|source\.(principal|namespace|serviceAccount|trustDomain)|connection\.sni)$/;

function blindSpots({ selection }: Resolved, listener: Address): Finding[] {
  return selection.authorizationPolicies.flatMap((policy) =>
    policyModel(policy)
      .rules.flatMap(constraintsOf)
      .flatMap(({ attribute, at, values, notValues }) => {
        const wanted = [...values, ...notValues].map(({ value }) => value);
        const note = (message: string, remedy: string): Finding => ({
          id: "JP006",
          severity: "note",
          message,
          at,
          resource: resourceName(policy.resource),
          remedy,
        });
        if (ofCertificates.test(attribute)) {
          return [
            note(
              `${attribute} matches nothing here: the rendered listener speaks no TLS`,
              "this bootstrap is for a try; in the mesh the peer's certificate is there",
            ),
          ];
        }
        const isPort = attribute === "ports" || attribute === "destination.port";
        if (!isPort || wanted.includes(String(listener.port))) return [];
        return [
          note(
            `${attribute} is compared with the listener's port, ${listener.port}`,
            `give --listen ${listener.host}:${wanted[0]}`,
          ),
        ];
      }),
  );
}
