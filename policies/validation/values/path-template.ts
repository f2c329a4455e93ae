// Istio's rules for `{*}` and `{**}` in paths (pkg/config/security/security.go, CheckValidPathTemplate).

/** pchar of RFC 3986 appendix A. */
const literal = /^[a-zA-Z0-9-._~%!$&'()+,;:@=]+$/;

/** Whether Istio takes a path for a template. */
export function isPathTemplate(path: string): boolean {
  return path.includes("{*}") || path.includes("{**}");
}

/** Why Istio refuses a path; undefined if it does not. */
export function pathTemplateFault(path: string): string | undefined {
  const template = isPathTemplate(path);
  let seenAny = false;
  for (const segment of path.replaceAll(/^\/+|\/+$/g, "").split("/")) {
    if (segment === "{*}" || segment === "{**}") {
      if (seenAny) return "an operator behind {**}, which must be the last";
      seenAny = segment === "{**}";
      continue;
    }
    if (/[{}]/.test(segment)) return `a brace that belongs to no {*} or {**} segment: ${segment}`;
    if (template && !literal.test(segment)) {
      return segment === "" ? "an empty segment" : `a segment that is no literal: ${segment}`;
    }
  }
  return undefined;
}
