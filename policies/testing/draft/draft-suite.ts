// A test file drafted from the policies of a workload: of each rule a request that it decides and one that it does not, with what the filter answers.

import type { Evaluation } from "../../evaluation/evaluation.js";
import type { Filter } from "../../evaluation/filter.js";
import { issuersIn, jwtRulesIn } from "../../plugin-config/jwt-rules.js";
import { parseRuleName, shortRuleName } from "../../policy-model/rule-name.js";
import { objectsIn, textsIn } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { UserFiles } from "../../resources/user-files.js";
import { yamlText } from "../../render/kubernetes/yaml-text.js";
import { evaluateSuite } from "../run/run-suite.js";
import { countsOf } from "../run/results.js";
import { runSuites } from "../run/run-suites.js";
import { resolveSubject } from "../run/subject.js";
import { suitesIn } from "../suite/suites.js";
import { besides, candidateOf, type Candidate } from "./candidates.js";

/** The fields of a test file that say what is tested: `policies`, `for` and their like. */
export type DraftFields = JsonObject & { readonly policies: string[]; readonly for: string };

export interface Draft {
  /** Of the test file; it passes as it stands. */
  readonly text: string;
  /** `foo/readers[0]`: rules that none of the requests tried is decided by. */
  readonly undecided: readonly string[];
  readonly cases: number;
}

/**
 * Drafts a test file.
 * @param file its name, from which the policies are seen
 * @throws InputError if the policies cannot be read; PoliciesRefusedError
 */
export async function draftSuite(
  file: string,
  fields: DraftFields,
  filter: Filter,
  files: UserFiles,
): Promise<Draft> {
  const [probe] = suitesIn([{ file, text: documentText(fields, [], new Map()) }], [file]).suites;
  const { configuration } = await resolveSubject(probe!, filter, files);
  const issuer = [...issuersIn(configuration)][0] ?? "https://issuer.example";
  const audiences = audiencesOf(configuration);
  const drafts = [
    ...jwtRulesIn(configuration).map((rule) => draftOfJwtRule(rule, issuer)),
    ...objectsIn(configuration["authorizationPolicies"]).flatMap((policy) =>
      draftsOfPolicy(policy, issuer, audiences),
    ),
  ];
  const tokens = new Map<string, string>();
  const asked = drafts.map(({ title, candidates }) => ({
    name: title,
    cases: candidates.map((one) => caseOf(one, tokens, "deny")),
  }));
  const suite = suitesIn([{ file, text: documentText(fields, asked, tokens) }], [file]).suites[0]!;
  const answers = await evaluateSuite(suite, { configuration }, filter, files);
  const undecided: string[] = [];
  let at = 0;
  const kept = new Map<string, string>();
  const tests = drafts.flatMap((draft) => {
    const own = draft.candidates.map((candidate) => ({ candidate, answer: answers[at++] }));
    const told = own.filter(
      (one): one is { candidate: TriedCandidate; answer: Evaluation } => typeof one.answer === "object",
    );
    const decided =
      draft.rule === undefined ? told[0] : told.find(({ answer }) => answer.policy === draft.rule);
    if (decided === undefined && draft.rule !== undefined) undecided.push(shortRuleName(draft.rule));
    const chosen = decided ?? told[0];
    if (chosen === undefined) return [];
    const other = told.find(
      ({ answer }) => answer.decision !== chosen.answer.decision || answer.reason !== chosen.answer.reason,
    );
    const cases = [chosen, ...(other === undefined ? [] : [other])];
    return [
      {
        name: draft.title,
        cases: cases.map(({ candidate, answer }) => caseOf(candidate, kept, expectationOf(answer))),
      },
    ];
  });
  const text = documentText(fields, tests, kept);
  const results = await runSuites(suitesIn([{ file, text }], [file]), files, filter);
  const { passed, tests: cases } = countsOf(results.suites);
  if (passed !== cases || cases === 0)
    throw new Error(`the drafted tests do not pass: ${passed} of ${cases}`);
  return { text: head + text, undecided, cases };
}

const head = `# Drafted by jwt-policy test --init: what the filter answers to these policies as they are.
# Whether that is what you mean is for you to say: read each expectation before you keep it.
`;

interface TriedCandidate extends Candidate {
  readonly expired?: true;
}

interface RuleDraft {
  readonly title: string;
  /** The filter's name of the rule; undefined for a JWT rule. */
  readonly rule: string | undefined;
  readonly candidates: readonly TriedCandidate[];
}

function draftOfJwtRule({ issuer, audiences }: JsonObject, usual: string): RuleDraft {
  const iss = typeof issuer === "string" && issuer !== "" ? issuer : usual;
  const [aud] = textsIn(audiences);
  const claims = { iss, sub: "alice", ...(aud === undefined ? {} : { aud }) };
  const good = { request: "GET /", claims };
  return { title: `tokens of ${iss}`, rule: undefined, candidates: [{ ...good, expired: true }, good] };
}

function draftsOfPolicy(
  policy: JsonObject,
  issuer: string,
  audiences: ReadonlyMap<string, string>,
): RuleDraft[] {
  const { action, dryRun } = policy;
  const [namespace, name] = [textOf(policy["namespace"]), textOf(policy["name"])];
  return objectsIn(policy["rules"]).flatMap((rule, i): RuleDraft[] => {
    // What only watches decides nothing.
    if (dryRun === true || (action !== "ALLOW" && action !== "DENY")) return [];
    const named = `ns[${namespace}]-policy[${name}]-rule[${i}]`;
    const candidate = withAudience(candidateOf(rule, issuer), audiences);
    // DENY rules are mostly about those who lack something: they are found among the others.
    return [
      {
        title: `${action} ${shortRuleName(named)}`,
        rule: parseRuleName(named) === undefined ? undefined : named,
        candidates: [candidate, ...besides(candidate)],
      },
    ];
  });
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** Issuer -> an audience that its rule takes. */
function audiencesOf(configuration: JsonObject): Map<string, string> {
  return new Map(
    jwtRulesIn(configuration).flatMap(({ issuer, audiences }) => {
      const [aud] = textsIn(audiences);
      return typeof issuer === "string" && aud !== undefined ? [[issuer, aud] as const] : [];
    }),
  );
}

function withAudience(candidate: Candidate, audiences: ReadonlyMap<string, string>): Candidate {
  const { claims } = candidate;
  const iss = claims?.["iss"];
  const aud = typeof iss === "string" ? audiences.get(iss) : undefined;
  return claims === undefined || aud === undefined || claims["aud"] !== undefined
    ? candidate
    : { ...candidate, claims: { ...claims, aud } };
}

interface DraftTest {
  readonly name: string;
  readonly cases: readonly JsonObject[];
}

/** @param tokens gets the token, under a name of its own */
function caseOf(
  { claims, expired, ...fields }: TriedCandidate,
  tokens: Map<string, string>,
  expect: JsonObject | string,
): JsonObject {
  const written = { ...fields } as JsonObject;
  if (claims === undefined) return { ...written, expect };
  const spec = JSON.stringify({ claims, ...(expired ? { expired } : {}) });
  const token = tokens.get(spec) ?? `token-${tokens.size + 1}`;
  tokens.set(spec, token);
  return { ...written, token, expect };
}

function expectationOf({ answer, reason, policy, decision }: Evaluation): JsonObject {
  return {
    status: answer?.status ?? 200,
    ...(decision === "denied" && reason !== undefined ? { reason } : {}),
    ...(policy === undefined ? {} : { policy: shortRuleName(policy) }),
  };
}

function documentText(
  fields: DraftFields,
  tests: readonly DraftTest[],
  tokens: ReadonlyMap<string, string>,
): string {
  const some = tests.length > 0 ? tests : [{ name: "none", cases: [{ request: "GET /", expect: "deny" }] }];
  return yamlText({
    ...fields,
    ...(tokens.size === 0
      ? {}
      : {
          tokens: Object.fromEntries(
            [...tokens].map(([spec, name]) => [name, JSON.parse(spec) as JsonObject]),
          ),
        }),
    tests: some.map(({ name, cases }) => ({ name, cases })),
  });
}
