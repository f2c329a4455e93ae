// What the page asks about: policies, a request and its token, as a user has typed them.

import type { SourceFile } from "../../policies/resources/source-file.js";

/** The fields of the form, as they stand in it; empty: the usual. */
export interface SceneRequest {
  readonly method: string;
  /** A path, or a URL. */
  readonly url: string;
  /** A line each: `x-user: alice`. */
  readonly headers: string;
  /** The client behind X-Forwarded-For. */
  readonly remote: string;
  /** The TCP peer. */
  readonly peer: string;
  /** Whom the client's certificate names. */
  readonly principal: string;
  /** The SHA-256 of that certificate. */
  readonly certificate: string;
  /** The server name in TLS. */
  readonly sni: string;
  /** Address and port where it arrives. */
  readonly destination: string;
  /** What other filters have left, in JSON: filter, key, value. */
  readonly metadata: string;
  /** When it arrives. */
  readonly now: string;
}

export const emptyRequest: SceneRequest = {
  method: "GET",
  url: "/",
  headers: "",
  remote: "",
  peer: "",
  principal: "",
  certificate: "",
  sni: "",
  destination: "",
  metadata: "",
  now: "",
};

/** What the form says of the workload's proxy and of its mesh, as it stands there; empty: as objects in the files tell, or the usual. */
export interface SceneMesh {
  /** What the workload is; empty: its labels, and Gateways in the files, tell. */
  readonly proxy: "" | "sidecar" | "gateway" | "waypoint";
  /** The Service, or the ServiceEntry, whose traffic a waypoint handles: `name` or `namespace/name`. */
  readonly service: string;
  readonly serviceEntry: string;
  /** Of objects that name none. */
  readonly namespace: string;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** With commas between them. */
  readonly trustDomainAliases: string;
}

export const usualMesh: SceneMesh = {
  proxy: "",
  service: "",
  serviceEntry: "",
  namespace: "",
  rootNamespace: "",
  trustDomain: "",
  trustDomainAliases: "",
};

/** A token that came from elsewhere. It is in the page only: no link, no command and no test file has it. */
export interface PastedToken {
  readonly text: string;
  /** The key set that verifies it. */
  readonly jwks: string;
  /** Whether its signature is taken for good. */
  readonly unverified: boolean;
}

export type TokenKind = "none" | "claims" | "pasted";

/** A request that was kept, with the answer that it had. */
export interface KeptCase {
  readonly name: string;
  /** `now` is the moment that it was asked at. */
  readonly request: SceneRequest;
  /** Claims in JSON; undefined: no token. */
  readonly claims: string | undefined;
  readonly expect: Expected;
}

export type Expected =
  | { readonly decision: "allowed" }
  | { readonly decision: "denied"; readonly status: number; readonly reason: string };

export interface Scene {
  readonly files: readonly SourceFile[];
  /** `foo/app=httpbin` */
  readonly workload: string;
  readonly mesh: SceneMesh;
  readonly request: SceneRequest;
  readonly token: TokenKind;
  /** In JSON. */
  readonly claims: string;
  readonly pasted: PastedToken;
  readonly cases: readonly KeptCase[];
}

export const nothingPasted: PastedToken = { text: "", jwks: "", unverified: false };

/** The name of the policies of a page that nobody gave files. */
export const POLICIES_FILE = "policies.yaml";
