/**
 * What Istio's RequestAuthentications and AuthorizationPolicies mean to the jwt-policy filter. Runs wherever JavaScript does: files come in
 * as texts with names, the filter as the bytes of jwt-policy.wasm, and nothing is fetched but by a function that is given.
 */
export { check, type CheckOptions } from "./check.js";
export {
  ConfigurationRefusedError,
  ConfiguredFilter,
  Filter,
  type ConfiguredFilterOptions,
} from "./evaluation/filter.js";
export type { Evaluation } from "./evaluation/evaluation.js";
export type { GivenKeys } from "./evaluation/given-keys.js";
export type { FetchKeys } from "./evaluation/key-calls.js";
export type { Request } from "./evaluation/request/request.js";
export { explain, type Explained, type ExplainOptions } from "./explain.js";
export type { Explanation } from "./explanation/explanation.js";
export type { TokenSource } from "./explanation/question.js";
export type { RequestFields } from "./explanation/request-fields.js";
export { explanationText } from "./explanation/told/explanation-text.js";
export { findingsText, type Finding, type Fix, type Severity } from "./findings/finding.js";
export { applyFixes } from "./findings/fixes.js";
export { InputError } from "./resources/input-error.js";
export { render, type RenderFields } from "./render.js";
export { type Rendered } from "./render/render-workloads.js";
export { renderFormats, type RenderFormat } from "./render/formats.js";
export type { WorkloadFields } from "./resolution/workload-fields.js";
export type { Position } from "./resources/position.js";
export type { SourceFile } from "./resources/source-file.js";
export { test } from "./test.js";
export type { RunOptions } from "./testing/run/run-suites.js";
export type { Results, SuiteResult } from "./testing/run/results.js";
export { workloads, type WorkloadsOptions } from "./workloads.js";
export type { AppliedPolicy, WorkloadPolicies } from "./workloads/workload-policies.js";
export type { FoundWorkload } from "./workloads/workloads-in.js";
export { noColours, type Colours } from "./text/colours.js";
