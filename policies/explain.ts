// Why a request is allowed or denied.

import type { Filter } from "./evaluation/filter.js";
import { checkGivenKeys } from "./evaluation/given-key-sets.js";
import type { KeptForQuestions } from "./evaluation/kept-for-questions.js";
import type { GivenKeys } from "./evaluation/given-keys.js";
import type { FetchKeys } from "./evaluation/key-calls.js";
import { explainRequest } from "./explanation/request/explain-request.js";
import type { Explanation } from "./explanation/explanation.js";
import type { TokenSource } from "./explanation/question.js";
import { readRequestFields, type RequestFields } from "./explanation/request-fields.js";
import { subjectIn, type Subject } from "./explanation/subject.js";
import type { Finding } from "./findings/finding.js";
import { readWorkloadFields, type WorkloadFields } from "./resolution/workload-fields.js";
import type { SourceFile } from "./resources/source-file.js";

export interface ExplainOptions extends RequestFields {
  /** Whose policies; without it the files hold a configuration of the filter. */
  readonly workload?: WorkloadFields | undefined;
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** As it is, or the claims of one that is signed for this one question and trusted. */
  readonly token?: TokenSource | undefined;
  /** Whether the token's signature is taken for good. */
  readonly unverified?: boolean;
  /** Seconds since 1970. Default: the present. */
  readonly now?: number;
  /** Issuer or `jwksUri` -> its key set in JSON. */
  readonly keys?: GivenKeys;
  /** Fetches the key sets that are not given; without it tokens that need them are refused. */
  readonly fetchKeys?: FetchKeys;
}

export type Explained =
  | { readonly kind: "explained"; readonly explanation: Explanation; readonly warnings: readonly Finding[] }
  /** What Istio or the filter refuses of the policies. */
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

/**
 * Asks the filter about one request, and tells the way to its decision. No token is in the answer.
 * @throws InputError if policies or request have another form
 */
export async function explain(
  sources: readonly SourceFile[],
  filter: Filter,
  options: ExplainOptions,
): Promise<Explained> {
  // What is wrong with the request is told whatever the policies are.
  readRequestFields(options);
  const subject = await readSubject(sources, filter, options);
  return explainSubject(subject, filter, options);
}

/**
 * What the files say, which any number of requests can be asked about.
 * @throws InputError if they are of another form
 */
export async function readSubject(
  sources: readonly SourceFile[],
  filter: Filter,
  { workload, namespace = "default" }: Pick<ExplainOptions, "workload" | "namespace">,
): Promise<Subject> {
  const fields = workload === undefined ? undefined : readWorkloadFields(workload);
  return subjectIn(sources, { workload: fields, namespace }, filter);
}

export interface SubjectOptions {
  readonly kept?: KeptForQuestions | undefined;
  /** Is told the answer before remedies are tried; they wait for it. */
  readonly answered?: ((explained: Explained) => Promise<void>) | undefined;
}

/**
 * Asks the filter about one request to what the files say.
 * @throws InputError if the request has another form
 */
export async function explainSubject(
  subject: Subject,
  filter: Filter,
  options: ExplainOptions,
  { kept, answered }: SubjectOptions = {},
): Promise<Explained> {
  const { token, unverified = false, now, fetchKeys } = options;
  const request = readRequestFields(options);
  if (subject.kind === "refused") return { kind: "refused", findings: subject.findings };
  const { configuration, origins, elsewhere, warnings } = subject;
  await checkGivenKeys(filter, options.keys ?? new Map(), "keys");
  const question = {
    configuration,
    origins,
    elsewhere,
    request,
    token,
    unverified,
    now: now ?? Math.floor(Date.now() / 1000),
    keys: options.keys ?? new Map<string, string>(),
    fetchKeys,
  };
  const told = (explanation: Explanation) => ({ kind: "explained", explanation, warnings }) as const;
  const explanation = await explainRequest(filter, question, {
    kept,
    answered: answered === undefined ? undefined : (answer) => answered(told(answer)),
  });
  return told(explanation);
}
