// The structural schema of Istio's CRDs for the two policies: manifests/charts/base/files/crd-all.gen.yaml of Istio, and
// the message types of istio/api behind it (for names in snake_case).

/** A field's type with the CRD's bounds; `rules` are names of CEL rules in crd-rules.ts. */
export type Schema = (StringSchema | BooleanSchema | ListSchema | ObjectSchema | LabelsSchema) & {
  /** The first Istio that has the field, if not every one has that is still around: `1.32`. */
  readonly since?: string;
};

export interface StringSchema {
  readonly type: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  readonly rules?: readonly string[];
}

export interface BooleanSchema {
  readonly type: "boolean";
}

export interface ListSchema {
  readonly type: "list";
  readonly items: Schema;
  readonly maxItems?: number;
}

export interface ObjectSchema {
  readonly type: "object";
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly rules?: readonly string[];
}

/** A map from label to value. */
export interface LabelsSchema {
  readonly type: "labels";
  readonly maxValueLength: number;
  readonly maxProperties: number;
}

const text: StringSchema = { type: "string" };
const nonEmpty: StringSchema = { type: "string", minLength: 1 };
const flag: BooleanSchema = { type: "boolean" };

function list(items: Schema, maxItems?: number): ListSchema {
  return { type: "list", items, ...(maxItems === undefined ? {} : { maxItems }) };
}

function object(
  fields: Readonly<Record<string, Schema>>,
  more: Pick<ObjectSchema, "required" | "rules"> = {},
): ObjectSchema {
  return { type: "object", fields, ...more };
}

const targetRef = object(
  {
    group: {
      type: "string",
      maxLength: 253,
      pattern: /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    },
    kind: {
      type: "string",
      minLength: 1,
      maxLength: 63,
      pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/,
    },
    name: { type: "string", minLength: 1, maxLength: 253 },
    namespace: { type: "string", rules: ["sameNamespace"] },
  },
  { required: ["kind", "name"] },
);

const attachment = {
  selector: object({ matchLabels: { type: "labels", maxValueLength: 63, maxProperties: 4096 } }),
  targetRef,
  targetRefs: list(targetRef, 16),
} as const;

/** What an object of ours that applies to workloads has of it. */
export const extensionsAttachmentSchema = object({ ...attachment }, { rules: ["oneAttachment"] });

const jwksUri: StringSchema = { type: "string", minLength: 1, maxLength: 2048, rules: ["httpUrl"] };

export const requestAuthenticationSchema = object(
  {
    ...attachment,
    jwtRules: list(
      object(
        {
          issuer: nonEmpty,
          audiences: list(nonEmpty),
          jwksUri,
          jwks_uri: jwksUri,
          jwks: text,
          fromHeaders: list(object({ name: nonEmpty, prefix: text }, { required: ["name"] })),
          fromParams: list(nonEmpty),
          fromCookies: list(nonEmpty),
          outputPayloadToHeader: text,
          outputClaimToHeaders: list(
            object(
              { header: { type: "string", minLength: 1, pattern: /^[-_A-Za-z0-9]+$/ }, claim: nonEmpty },
              { required: ["header", "claim"] },
            ),
          ),
          forwardOriginalToken: flag,
          timeout: { type: "string", rules: ["duration"] },
          // istio/api pull request 3547, August 2025.
          spaceDelimitedClaims: { ...list(nonEmpty, 64), since: "1.28" },
          presence: { type: "string", values: ["OPTIONAL", "REQUIRED"], since: "1.32" },
        },
        { rules: ["oneKeySource"] },
      ),
      4096,
    ),
  },
  { rules: ["oneAttachment"] },
);

/** Since 1.25: CVE-2026-39350 names it as the first that has them; istio.io/api 1.24.2 has not. */
const serviceAccounts: Schema = { ...list({ type: "string", maxLength: 320 }, 16), since: "1.25" };
/** istio/api pull request 3665. */
const trustDomains: Schema = { ...list(text), since: "1.30" };

export const authorizationPolicySchema = object(
  {
    ...attachment,
    action: { type: "string", values: ["ALLOW", "DENY", "AUDIT", "CUSTOM"] },
    provider: object({ name: text }),
    rules: list(
      object({
        from: list(
          object({
            source: object(
              {
                principals: list(text),
                notPrincipals: list(text),
                requestPrincipals: list(text),
                notRequestPrincipals: list(text),
                namespaces: list(text),
                notNamespaces: list(text),
                ipBlocks: list(text),
                notIpBlocks: list(text),
                remoteIpBlocks: list(text),
                notRemoteIpBlocks: list(text),
                serviceAccounts,
                notServiceAccounts: serviceAccounts,
                trustDomains,
                notTrustDomains: trustDomains,
              },
              { rules: ["serviceAccountsAlone"] },
            ),
          }),
          512,
        ),
        to: list(
          object({
            operation: object({
              hosts: list(text),
              notHosts: list(text),
              ports: list(text),
              notPorts: list(text),
              methods: list(text),
              notMethods: list(text),
              paths: list(text),
              notPaths: list(text),
            }),
          }),
        ),
        when: list(object({ key: text, values: list(text), notValues: list(text) }, { required: ["key"] })),
      }),
      512,
    ),
  },
  { rules: ["oneAttachment"] },
);
