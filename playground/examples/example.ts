// An example of the page: a scene, and what it teaches.

import {
  emptyRequest,
  nothingPasted,
  POLICIES_FILE,
  usualMesh,
  type Scene,
  type SceneMesh,
  type SceneRequest,
} from "../scene/scene.js";

export interface Example {
  readonly name: string;
  /** A sentence or two. */
  readonly lesson: string;
  readonly policies: string;
  /** Default: `WORKLOAD`. */
  readonly workload?: string;
  readonly mesh?: Partial<SceneMesh>;
  readonly request: Partial<SceneRequest>;
  /** Undefined: no token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The token is signed with a key that its issuer has no more, and comes with the issuer's key set. */
  readonly rotated?: true;
  /** The answer, which a test holds. */
  readonly answer: "allowed" | { readonly status: number; readonly reason: string };
  /** Ids of the findings of `check`, which a test holds. */
  readonly findings: readonly string[];
}

/** The workload of most examples. */
export const WORKLOAD = "foo/app=httpbin";

/** The scene of an example; that of a rotated key lacks its token, which is made in the page. */
export function exampleScene({ policies, workload, mesh, request, claims }: Example): Scene {
  return {
    files: [{ file: POLICIES_FILE, text: policies }],
    workload: workload ?? WORKLOAD,
    mesh: { ...usualMesh, ...mesh },
    request: { ...emptyRequest, ...request },
    token: claims === undefined ? "none" : "claims",
    claims: JSON.stringify(claims ?? { sub: "alice" }, null, 2),
    pasted: nothingPasted,
    cases: [],
  };
}

const ISSUER = "https://idp.example.com/";

const SELECTOR = `  selector:
    matchLabels:
      app: httpbin
`;

/** A RequestAuthentication for the examples' issuer. */
export function authentication(more = "", selected = false): string {
  return `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: httpbin-jwt
  namespace: foo
spec:
${selected ? SELECTOR : ""}  jwtRules:
    - issuer: ${ISSUER}
      jwksUri: ${ISSUER}.well-known/jwks.json
${more}`;
}

/** An AuthorizationPolicy; `rest` stands in its spec. */
export function authorization(name: string, rest: string, selected = false): string {
  return `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: ${name}
  namespace: foo
spec:
${selected ? SELECTOR : ""}${rest}`;
}

/** An AuthorizationPolicy that asks for an identity, whosever. */
export const anyToken = (): string =>
  authorization(
    "require-jwt",
    `  rules:
    - from:
        - source:
            requestPrincipals: ["*"]
`,
  );

/** Several documents of a file. */
export const documents = (...all: readonly string[]): string => all.join("---\n");
