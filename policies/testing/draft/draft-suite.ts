// A test file drafted from the policies of a workload: of each rule a request that it decides and one that it does not, with what the filter answers.

import type { Evaluation } from "../../evaluation/evaluation.js";
import type { Filter } from "../../evaluation/filter.js";
import { issuersIn, jwtRulesIn } from "../../plugin-config/jwt-rules.js";
import { parseRuleName, shortRuleName } from "../../policy-model/rule-name.js";
import { objectsIn, textsIn } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { UserFiles } from "../../resources/user-files.js";
import { yamlText } from "../../render/kubernetes/yaml-text.js";
import { evaluateSuite, runSuite } from "../run/run-suite.js";
import { resolveSubject, type ResolvedSubject } from "../run/subject.js";
import { requestOf } from "../suite/read-cases.js";
import type { Suite, TestCase, TokenSpec } from "../suite/suite.js";
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
  const probe = suitesIn([{ file, text: documentText(fields, [], new Map()) }], [file]).suites[0]!;
  const subject = await resolveSubject(probe, filter, files);
  const { configuration } = subject;
  const issuer = [...issuersIn(configuration)][0] ?? "https://issuer.example";
  const audiences = audiencesOf(configuration);
  const drafts = [
    ...jwtRulesIn(configuration).map((rule) => draftOfJwtRule(rule, issuer)),
    ...objectsIn(configuration["authorizationPolicies"]).flatMap((policy) =>
      draftsOfPolicy(policy, issuer, audiences),
    ),
  ];
  const ask = (candidates: readonly TriedCandidate[]) => answersTo(candidates, probe, subject, filter, files);
  const found = await casesOf(drafts, ask);
  const undecided: string[] = [];
  const kept = new Map<string, string>();
  const tests = drafts.flatMap((draft, i) => {
    const { decided, chosen, other } = found[i]!;
    if (decided === undefined && draft.rule !== undefined) undecided.push(shortRuleName(draft.rule));
    if (chosen === undefined) return [];
    const cases = [chosen, ...(other === undefined ? [] : [other])];
    return [
      {
        name: draft.title,
        cases: cases.map(({ candidate, answer }) => caseOf(candidate, kept, expectationOf(answer))),
      },
    ];
  });
  const text = documentText(fields, tests, kept);
  const suite = suitesIn([{ file, text }], [file]).suites[0]!;
  const results = await runSuite(suite, subject, filter, files, undefined);
  const passed = results.filter(({ mismatches }) => mismatches.length === 0).length;
  if (passed !== results.length || passed === 0)
    throw new Error(`the drafted tests do not pass: ${passed} of ${results.length}`);
  return { text: head + text, undecided, cases: passed };
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

/** What was asked, with the answer. */
interface Told {
  readonly candidate: TriedCandidate;
  readonly answer: Evaluation;
}

interface FoundCases {
  /** The first that the rule decides. */
  readonly decided: Told | undefined;
  /** That one; where there is none, the first that any policy was asked about. */
  readonly chosen: Told | undefined;
  /** The first that is answered otherwise. */
  readonly other: Told | undefined;
}

type Ask = (candidates: readonly TriedCandidate[]) => Promise<readonly (Evaluation | string)[]>;

/** Most rules have their cases among these. */
const ASKED_FIRST = 2;

/** The cases of each draft. Candidates are asked in their order, the later ones only for rules that the first leave without cases. */
async function casesOf(drafts: readonly RuleDraft[], ask: Ask): Promise<FoundCases[]> {
  const first = await answered(drafts, ask, ({ candidates }) => candidates.slice(0, ASKED_FIRST));
  const isFound = (draft: RuleDraft, told: readonly Told[]) => {
    const { decided, other } = foundIn(draft, told);
    return decided !== undefined && other !== undefined;
  };
  const rest = await answered(drafts, ask, (draft, i) =>
    isFound(draft, first[i]!) ? [] : draft.candidates.slice(ASKED_FIRST),
  );
  return drafts.map((draft, i) => foundIn(draft, [...first[i]!, ...rest[i]!]));
}

/** Of each draft some candidates, asked together; those that no policy is asked about are left out. */
async function answered(
  drafts: readonly RuleDraft[],
  ask: Ask,
  some: (draft: RuleDraft, index: number) => readonly TriedCandidate[],
): Promise<Told[][]> {
  const asked = drafts.map(some);
  const answers = await ask(asked.flat());
  let at = 0;
  return asked.map((candidates) =>
    candidates.flatMap((candidate) => {
      const answer = answers[at++];
      return typeof answer === "object" ? [{ candidate, answer }] : [];
    }),
  );
}

function foundIn({ rule }: RuleDraft, told: readonly Told[]): FoundCases {
  const decided = rule === undefined ? told[0] : told.find(({ answer }) => answer.policy === rule);
  const chosen = decided ?? told[0];
  const other = told.find(
    ({ answer }) => answer.decision !== chosen?.answer.decision || answer.reason !== chosen.answer.reason,
  );
  return { decided, chosen, other };
}

/** What the filter answers to candidates. No test file is written and read for them: most are left out of it. */
async function answersTo(
  candidates: readonly TriedCandidate[],
  probe: Suite,
  subject: ResolvedSubject,
  filter: Filter,
  files: UserFiles,
): Promise<readonly (Evaluation | string)[]> {
  if (candidates.length === 0) return [];
  const names = new Map<string, string>();
  const cases = candidates.map((one): TestCase => {
    const request = requestOf(caseOf(one, names, "deny"), probe.now);
    return { name: "", at: probe.at, request, expect: { decision: undefined } };
  });
  const tokens = new Map(
    [...names].map(([spec, name]): [string, TokenSpec] => [
      name,
      {
        at: probe.at,
        without: [],
        header: {},
        ...(JSON.parse(spec) as Pick<TokenSpec, "claims" | "expired">),
      },
    ]),
  );
  return evaluateSuite({ ...probe, tokens, cases }, subject, filter, files, false);
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
