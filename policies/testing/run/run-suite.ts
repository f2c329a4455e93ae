// A suite, run: its policies in the filter, its tokens signed, its requests asked. Nothing of it leaves this process.

import type { Evaluation } from "../../evaluation/evaluation.js";
import type { ConfiguredFilter, Filter } from "../../evaluation/filter.js";
import { checkGivenKeys } from "../../evaluation/given-key-sets.js";
import { withGivenKeys, type GivenKeys } from "../../evaluation/given-keys.js";
import { normalizedPath, PathRefusedError } from "../../evaluation/request/normalized-path.js";
import { asReceived } from "../../evaluation/request/received-request.js";
import type { HeaderLine, Request } from "../../evaluation/request/request.js";
import { withToken } from "../../evaluation/request/token-place.js";
import { InputError } from "../../resources/input-error.js";
import { ThrowAwayKeys, trusting, type Trusting } from "../../tokens/throw-away-keys.js";
import { certificateDigest } from "../../tokens/certificate-digest.js";
import { onlyIssuerIn } from "../../plugin-config/jwt-rules.js";
import type { JsonObject } from "../../resources/tree.js";
import type { UserFiles } from "../../resources/user-files.js";
import { compare, type Mismatch } from "./compare.js";
import type { Coverage } from "./coverage.js";
import { mintTokens, type MintedToken } from "./mint-tokens.js";
import { pathFrom } from "../suite/path-from.js";
import { placeholder } from "../suite/read-cases.js";
import type { ResolvedSubject } from "./subject.js";
import type { RequestFields, Suite, TestCase } from "../suite/suite.js";
import { why } from "./why.js";

export interface CaseResult {
  readonly test: TestCase;
  /** None: it passed. */
  readonly mismatches: readonly Mismatch[];
  /** Of a failed test: the way to the decision. */
  readonly why: readonly string[];
}

/**
 * Runs the cases of a suite.
 * @param coverage gets what the tests have touched; undefined: nobody wants to know
 * @param isLast whether no case is run after this one
 * @throws InputError if a key set cannot be read, or the filter refuses it
 */
export async function runSuite(
  suite: Suite,
  { configuration }: ResolvedSubject,
  filter: Filter,
  files: UserFiles,
  coverage: Coverage | undefined,
  isLast: (result: CaseResult) => boolean = () => false,
): Promise<CaseResult[]> {
  const run = (test: TestCase, asker: Asker) => runCase(test, asker, coverage);
  return withAsker(suite, configuration, filter, files, run, isLast);
}

/**
 * The decision on each case of a suite, whatever is expected; a text where Envoy answers without asking any policy.
 * @param trace whether to tell the way to each: with 500 policies that is most of the time
 */
export async function evaluateSuite(
  suite: Suite,
  { configuration }: Pick<ResolvedSubject, "configuration">,
  filter: Filter,
  files: UserFiles,
  trace: boolean,
): Promise<(Evaluation | string)[]> {
  return withAsker(suite, configuration, filter, files, ({ request }, asker) =>
    asker.ask(request, trace).catch((error: unknown) => {
      if (error instanceof PathRefusedError) return error.message;
      throw error;
    }),
  );
}

async function withAsker<Answer>(
  suite: Suite,
  configuration: JsonObject,
  filter: Filter,
  files: UserFiles,
  ask: (test: TestCase, asker: Asker) => Promise<Answer>,
  isLast: (answer: Answer) => boolean = () => false,
): Promise<Answer[]> {
  const keys = new ThrowAwayKeys();
  const tokens = await mintTokens(suite, suite.issuer ?? onlyIssuerIn(configuration), keys);
  const given = await readKeys(suite, files);
  await checkGivenKeys(filter, given, "keys");
  const asker = new Asker(filter, trusting(withGivenKeys(configuration, given), keys, given), tokens);
  try {
    const answers: Answer[] = [];
    for (const test of suite.cases) {
      const answer = await ask(test, asker);
      answers.push(answer);
      if (isLast(answer)) break;
    }
    return answers;
  } finally {
    asker.close();
  }
}

async function runCase(test: TestCase, asker: Asker, coverage: Coverage | undefined): Promise<CaseResult> {
  try {
    return await askedCase(test, asker, coverage);
  } catch (error) {
    if (!(error instanceof PathRefusedError)) throw error;
    const seen = `Envoy answers 400 itself, no policy is asked: ${error.message}`;
    return {
      test,
      mismatches: [{ what: "path", expected: "one that policies are asked about", seen }],
      why: [],
    };
  }
}

async function askedCase(test: TestCase, asker: Asker, coverage: Coverage | undefined): Promise<CaseResult> {
  const evaluation = await asker.ask(test.request, coverage !== undefined);
  coverage?.add(evaluation.steps);
  const mismatches = compare(test.expect, evaluation);
  if (mismatches.length === 0) return { test, mismatches, why: [] };
  const traced = coverage === undefined ? await asker.ask(test.request, true) : evaluation;
  return { test, mismatches, why: why(traced) };
}

/** The filter with the suite's configuration, once with a trace and once without: without it is much faster. */
class Asker {
  private readonly configured = new Map<boolean, Promise<ConfiguredFilter>>();

  constructor(
    private readonly filter: Filter,
    private readonly trusting: Trusting,
    private readonly tokens: ReadonlyMap<string, MintedToken>,
  ) {}

  async ask(fields: RequestFields, trace: boolean): Promise<Evaluation> {
    const { configuration, keySets: keys } = this.trusting;
    const configured = this.configured.get(trace) ?? this.filter.configure(configuration, { trace, keys });
    this.configured.set(trace, configured);
    return (await configured).evaluate(this.request(fields), fields.now * 1000);
  }

  close(): void {
    for (const configured of this.configured.values()) {
      configured.then((one) => one.close()).catch(() => undefined);
    }
  }

  private request(fields: RequestFields): Request {
    const filled = (text: string) =>
      text.includes("${")
        ? text.replaceAll(placeholder, (_, name: string) => this.tokens.get(name)!.text)
        : text;
    const headers: HeaderLine[] = [...fields.headers].flatMap(([name, values]) =>
      values.map((value): HeaderLine => [name, filled(value)]),
    );
    const { method, host, scheme, peer, remote, sni, certificate, principal, metadata } = fields;
    const request = asReceived({
      method,
      path: normalizedPath(filled(fields.path)),
      authority: host,
      scheme,
      headers,
      peer,
      remote,
      destination: { address: fields.destination, port: fields.port },
      serverName: sni,
      certificate: {
        ...certificate,
        ...(principal === undefined ? {} : { uriSan: `spiffe://${principal}` }),
        ...(certificate.sha256 === undefined ? {} : { sha256: certificateDigest(certificate.sha256) }),
      },
      metadata,
    });
    const token = fields.token === undefined ? undefined : this.tokens.get(fields.token);
    return token === undefined ? request : withToken(request, token, this.trusting.configuration);
  }
}

async function readKeys({ keys, file }: Suite, files: UserFiles): Promise<GivenKeys> {
  const given = new Map<string, string>();
  for (const [issuer, name] of keys) {
    const path = pathFrom(file, name);
    const text = await files.text(path).catch((error: unknown) => {
      throw new InputError(`keys: cannot read ${path}: ${(error as Error).message}`);
    });
    given.set(issuer, text);
  }
  return given;
}
