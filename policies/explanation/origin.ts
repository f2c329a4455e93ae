// Where in the user's files a rule or a condition stands that the filter names by its place in the configuration.

import { withoutKey } from "../evaluation/condition-place.js";
import { objectSaying } from "../extensions/extensions-object.js";
import type { Selection } from "../istio/selection.js";
import type { Position } from "../resources/position.js";
import { resourceName } from "../resources/resource.js";
import type { Tree } from "../resources/tree.js";
import { placeOf } from "../schema/place.js";

export interface Origin {
  readonly at: Position;
  /** `AuthorizationPolicy foo/may`; undefined for a place in a plugin configuration. */
  readonly resource: string | undefined;
}

/**
 * The origin of a place such as `authorizationPolicies[0].rules[1].when[0].values of source.ip`; the nearest thing around it, if it is not
 * written there itself; undefined if there is no such policy.
 */
export type Origins = (place: string) => Origin | undefined;

/** For a configuration that was made of these policies. */
export function originsInPolicies(selection: Selection): Origins {
  return (place) => {
    const [list, index, ...path] = pathOf(place);
    if (list === "extensions") {
      const part = index ?? "";
      const one = objectSaying(selection.extensions, part);
      if (one === undefined) return undefined;
      const at = placeOf(one.spec, { path: [part, ...path], ofName: false });
      return { at, resource: resourceName(one.resource) };
    }
    const policies =
      list === "requestAuthentications" || list === "authorizationPolicies" ? selection[list] : [];
    const policy = policies[Number(index)];
    if (policy === undefined) return undefined;
    const { resource, spec } = policy;
    const at = path.length === 0 ? resource.at : placeOf(spec, { path, ofName: false });
    return { at, resource: resourceName(resource) };
  };
}

/** For a plugin configuration in a file. */
export function originsInConfiguration(configuration: Tree): Origins {
  return (place) => ({
    at: placeOf(configuration, { path: pathOf(place), ofName: false }),
    resource: undefined,
  });
}

/** `jwtRules[0] of RequestAuthentication foo/jwt`, or the place in the configuration. */
export function jwtRuleName(rule: string, origin: Origin | undefined): string {
  const { resource } = origin ?? {};
  return resource === undefined ? rule : `${rule.slice(rule.indexOf(".") + 1)} of ${resource}`;
}

/** `ignoreTokens[0] of JWTPolicyExtensions foo/ours`, or the place in the configuration. */
export function extensionName(at: string, origin: Origin | undefined): string {
  const { resource } = origin ?? {};
  return resource === undefined ? at : `${at.replace(/^extensions\./, "")} of ${resource}`;
}

/** Nothing is known of the policies: a log tells of requests alone. */
export const noOrigins: Origins = () => undefined;

/** The names and indices of a place, without the key that a condition is about. */
function pathOf(place: string): string[] {
  return [...withoutKey(place).matchAll(/[^.[\]]+/g)].map(([name]) => name);
}
