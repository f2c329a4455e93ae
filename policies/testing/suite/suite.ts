// A test file as values: schema/policy-test.schema.json says what each field means.

import type { Position } from "../../resources/position.js";
import type { JsonObject, Tree } from "../../resources/tree.js";

export interface Suite {
  /** As the user named it. */
  readonly file: string;
  readonly at: Position;
  readonly name: string;
  readonly subject: Subject;
  /** Seconds since 1970. */
  readonly now: number;
  /** Of tokens that name none; undefined: the workload's only one. */
  readonly issuer: string | undefined;
  readonly tokens: ReadonlyMap<string, TokenSpec>;
  /** Issuer -> file with its key set, as the suite names it. */
  readonly keys: ReadonlyMap<string, string>;
  readonly cases: readonly TestCase[];
}

/** What is tested. */
export type Subject =
  | {
      readonly kind: "policies";
      readonly paths: readonly string[];
      readonly workload: WorkloadFields;
    }
  | { readonly kind: "config"; readonly config: JsonObject | string; readonly at: Position };

/** The fields that name a workload, as the options of the command line with these names do. */
export interface WorkloadFields {
  readonly for: string;
  readonly rootNamespace: string;
  readonly namespace: string;
  readonly gateway?: boolean;
  readonly waypoint?: boolean;
  readonly service?: string;
  readonly serviceEntry?: string;
  readonly trustDomain?: string;
  readonly trustDomainAliases?: readonly string[];
}

/** A token's fields; those of the token that it is made `from` are in it already. */
export interface TokenSpec {
  readonly at: Position;
  readonly claims: JsonObject;
  readonly without: readonly string[];
  readonly expired?: boolean;
  readonly expiresIn?: string;
  readonly notBefore?: string;
  readonly algorithm?: string;
  readonly forged?: boolean;
  readonly header: JsonObject;
  readonly raw?: string;
}

/** One request, and what is expected. */
export interface TestCase {
  /** `reading > token bob` */
  readonly name: string;
  readonly at: Position;
  readonly request: RequestFields;
  readonly expect: Expectation;
}

/** The fields of one request: no lists of alternatives any more. */
export interface RequestFields {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
  /** Undefined: none. */
  readonly token: string | undefined;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly peer: string;
  readonly remote: string | undefined;
  readonly principal: string | undefined;
  readonly certificate: {
    readonly uriSan?: string;
    readonly dnsSan?: string;
    readonly subject?: string;
    /** As certificateDigest takes it. */
    readonly sha256?: string;
  };
  readonly sni: string | undefined;
  readonly destination: string;
  readonly port: number;
  readonly metadata: Readonly<Record<string, JsonObject>>;
  /** Seconds since 1970. */
  readonly now: number;
}

/** What is looked at in an evaluation; what is undefined is not looked at. */
export interface Expectation {
  readonly decision: "allowed" | "denied" | "answered" | undefined;
  readonly status?: number;
  readonly reason?: string | null;
  readonly policy?: string | null;
  readonly principal?: string | null;
  readonly upstream?: {
    readonly method?: string;
    readonly path?: string;
    readonly host?: string;
    readonly headers?: Readonly<Record<string, ExpectedHeader>>;
  };
  readonly response?: {
    readonly body?: string;
    readonly headers?: Readonly<Record<string, ExpectedHeader>>;
  };
}

/** Of a header field: its value, all its values, null for none, or something about it. */
export type ExpectedHeader =
  | string
  | readonly string[]
  | null
  | { readonly present?: boolean; readonly matches?: string; readonly payload?: JsonObject };

/** Something that is wrong with a test file. */
export interface SuiteFault {
  readonly at: Position;
  readonly message: string;
}

/** A document of a test file, and the file's name. */
export interface SuiteDocument {
  readonly file: string;
  readonly tree: Tree;
}
