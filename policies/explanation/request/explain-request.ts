// One request, put to the filter and explained.

import type { HeaderChange } from "../../evaluation/evaluation.js";
import { ConfigurationRefusedError, type Filter } from "../../evaluation/filter.js";
import { withGivenKeys, type GivenKeys } from "../../evaluation/given-keys.js";
import { isDenial } from "../../evaluation/outcomes.js";
import { stepsNamed } from "../../evaluation/step.js";
import { unsendable } from "../../evaluation/request/request.js";
import { withToken } from "../../evaluation/request/token-place.js";
import { InputError } from "../../resources/input-error.js";
import { signToken } from "../../tokens/sign-token.js";
import { pastedToken } from "../../tokens/pasted-token.js";
import { trusting } from "../../tokens/throw-away-keys.js";
import { unverifiedClaims, unverifiedHeader } from "../../tokens/unverified-token.js";
import { issuersIn, jwtRulesIn, onlyIssuerIn } from "../../plugin-config/jwt-rules.js";
import type { JsonObject } from "../../resources/tree.js";
import { explainSteps } from "../explain-steps.js";
import type { Explanation, HeaderFinding } from "../explanation.js";
import { withoutTokens } from "../../text/redaction.js";
import { KeptForQuestions } from "../../evaluation/kept-for-questions.js";
import { inEarnest } from "../remedies/in-earnest.js";
import type { Ask } from "../remedies/trial.js";
import { triedHints } from "../remedies/tried-hints.js";
import { triedRemedies } from "../remedies/tried-remedies.js";
import { tokenPlaceholder, type DescribedRequest, type Question } from "../question.js";
import { formText, type TokenContext } from "../token-checks.js";

export interface ExplainingOptions {
  /** Of a user who asks one question after the other. Default: for this question alone. */
  readonly kept?: KeptForQuestions | undefined;
  /** Is told the answer before remedies are tried, each of which is a question of its own; they wait for it. */
  readonly answered?: ((answer: Explanation) => Promise<void>) | undefined;
}

/**
 * Asks the filter, and explains what it says. No token is in the answer.
 * @throws InputError if the token cannot be put where the request wants it
 */
export async function explainRequest(
  filter: Filter,
  question: Question,
  { kept, answered }: ExplainingOptions = {},
): Promise<Explanation> {
  if (kept !== undefined) return explained(kept, question, answered);
  const own = new KeptForQuestions(filter);
  try {
    return await explained(own, question, answered);
  } finally {
    own.close();
  }
}

async function explained(
  kept: KeptForQuestions,
  question: Question,
  answered: ExplainingOptions["answered"],
): Promise<Explanation> {
  const { origins, now, fetchKeys } = question;
  const ready = await prepared(question, kept);
  const { configuration, keys, token, secrets, signedHere } = ready;
  const request = carrying(question.request, token, configuration);
  const evaluated = (isNew: boolean) =>
    kept.filters.use(configuration, { keys, fetchKeys, isNew }, async (configured, hasAnswered) => ({
      evaluation: await configured.evaluate(request, now * 1000),
      keyCalls: configured.keyCalls,
      hasAnswered,
    }));
  const first = await evaluated(false);
  // The answer is the same, but a filter that remembers the token does not tell which key has verified it.
  const isRemembered =
    first.hasAnswered && stepsNamed(first.evaluation.steps, "key").some(({ remembered }) => remembered);
  const { evaluation, keyCalls } = isRemembered ? await evaluated(true) : first;
  const known = {
    claims: token?.claims,
    forwardedFor:
      request.remote === undefined &&
      request.headers.some(([name]) => name.toLowerCase() === "x-forwarded-for"),
    severalLines: severalIn(request.headers.map(([name]) => name.toLowerCase())),
  };
  const explanation = explainSteps(evaluation.steps, evaluation, origins, {
    keyCalls,
    issuers: [...issuersIn(configuration)],
    token: { signedHere, givenKeys: new Set(question.keys.keys()) },
    ...known,
  });
  const carriers = payloadHeadersIn(configuration);
  const headers = explanation.headers.map((header) => withoutPayload(header, carriers));
  const isDenied = explanation.decision === "denied";
  const told = (tried: readonly string[], earnest?: string) => ({
    remedies: [
      ...new Set([...noJwt(question, explanation), ...tried, ...explanation.remedies]),
      ...evaluation.headerChanges.flatMap(routerRefusal),
      ...(earnest === undefined ? [] : [earnest]),
    ],
  });
  const answer = withoutTokens({ ...explanation, headers, ...told([]), now }, secrets);
  await answered?.(answer);
  const ask = asking(kept, question);
  const tried = isDenied
    ? [
        ...(await triedRemedies(explanation, question, ask)),
        ...(await triedHints(explanation, question, ask, known)),
      ]
    : [];
  const earnest = explanation.decision === "allowed" ? await inEarnest(question, ask) : undefined;
  return { ...answer, ...withoutTokens(told(tried, earnest), secrets) };
}

/** Asks about changed questions. Nothing is fetched again: where keys are not here, the signature is taken for good. */
function asking(kept: KeptForQuestions, asked: Question): Ask {
  return async (question) => {
    const unverified = question.token !== undefined && (question.unverified || asked.keys.size === 0);
    const { configuration, token, keys } = await prepared({ ...question, unverified }, kept);
    try {
      const request = carrying(question.request, token, configuration);
      return await kept.filters.use(configuration, { keys, trace: false }, (configured) =>
        configured.evaluate(request, question.now * 1000),
      );
    } catch (error) {
      if (error instanceof ConfigurationRefusedError || error instanceof InputError) return undefined;
      throw error;
    }
  };
}

/** What a refused token is instead of a JWT, and what to do: the filter says of all these that they have another form. */
function noJwt({ token }: Question, { decision, reason }: Explanation): string[] {
  if (token === undefined || !("text" in token)) return [];
  if (decision !== "denied" || isDenial(reason)) return [];
  const { kind, what, remedies } = pastedToken(token.text);
  return kind === "jwt" ? [] : [`The token is ${what}.`, ...remedies];
}

/** Names of the headers that carry payloads to the upstream, in lower case. */
const payloadHeadersIn = (configuration: JsonObject): ReadonlySet<string> =>
  new Set(
    jwtRulesIn(configuration).flatMap(({ outputPayloadToHeader: name }) =>
      typeof name === "string" ? [name.toLowerCase()] : [],
    ),
  );

/** Whatever token it is of: the request may have brought one that nobody has declared. */
function withoutPayload(header: HeaderFinding, carriers: ReadonlySet<string>): HeaderFinding {
  if (header.values === undefined || !carriers.has(header.name)) return header;
  return { ...header, values: header.values.map(() => "(the token's payload)") };
}

/** A claim may have what no header may, and the filter lets it go; Envoy's router does not (tests/envoy/requests/smuggling.test.ts). */
function routerRefusal({ name, after }: HeaderChange): string[] {
  if (!after.some((value) => unsendable.test(value))) return [];
  return [
    `the value of ${name} has a character that no header may have: Envoy answers 503 in place of the upstream`,
  ];
}

interface ReadyToken {
  readonly text: string;
  /** Read, not verified; undefined if it cannot be read. */
  readonly claims: JsonObject | undefined;
}

interface Prepared {
  readonly configuration: JsonObject;
  readonly keys: GivenKeys;
  readonly token: ReadyToken | undefined;
  /** What must not be told. */
  readonly secrets: readonly string[];
  readonly signedHere: TokenContext["signedHere"];
}

/** Signs the token if there are only claims, with a key that the configuration trusts for this one evaluation. */
async function prepared(
  { configuration, keys: given, token, unverified, now }: Question,
  kept: KeptForQuestions,
): Promise<Prepared> {
  if (token === undefined) {
    return { configuration, keys: given, token, secrets: [], signedHere: undefined };
  }
  const secrets = "text" in token ? [token.text] : [];
  const claims =
    "text" in token
      ? unverifiedClaims(token.text)
      : withUsualClaims(token.claims as JsonObject, configuration, now);
  if ("text" in token && (!unverified || claims === undefined)) {
    return {
      configuration,
      keys: given,
      token: { text: token.text, claims },
      secrets,
      signedHere: undefined,
    };
  }
  const named = claims?.["iss"];
  const issuer = typeof named === "string" ? named : undefined;
  const keys = kept.keysOf(issuer);
  const key = await keys.keyFor(issuer, "ES256");
  const text = await signToken(key, claims ?? {});
  const trusted = trusting(withGivenKeys(configuration, given), keys, given);
  const issuers = issuersIn(configuration);
  return {
    configuration: trusted.configuration,
    // Those of issuers are in the rules by now, beside the throw-away keys, which they must not take the place of again.
    keys: new Map([...trusted.keySets].filter(([name]) => !issuers.has(name))),
    token: { text, claims },
    secrets: [...secrets, text],
    signedHere: "text" in token ? { why: "unverified", form: formOf(token.text) } : { why: "claims" },
  };
}

/** Claims that the user does not give: the only issuer that there is, and an hour of life. */
function withUsualClaims(claims: JsonObject, configuration: JsonObject, now: number): JsonObject {
  const issuer = onlyIssuerIn(configuration);
  return {
    ...(issuer === undefined ? {} : { iss: issuer }),
    iat: now,
    exp: now + 3600,
    ...claims,
  };
}

/** What the header of a token says, that the filter is not asked about. */
function formOf(token: string): string {
  const { alg, kid } = unverifiedHeader(token) ?? {};
  return formText(typeof alg === "string" ? alg : undefined, typeof kid === "string" ? kid : undefined);
}

function carrying(
  request: DescribedRequest,
  token: ReadyToken | undefined,
  configuration: JsonObject,
): DescribedRequest {
  const wants = [request.path, ...request.headers.map(([, value]) => value)].some((text) =>
    text.includes(tokenPlaceholder),
  );
  if (token === undefined) {
    if (wants) throw new InputError(`${tokenPlaceholder} stands for the token, and there is none`);
    return request;
  }
  const { text, claims } = token;
  if (wants) {
    return {
      ...request,
      path: request.path.replaceAll(tokenPlaceholder, encodeURIComponent(text)),
      headers: request.headers.map(
        ([name, value]) => [name, value.replaceAll(tokenPlaceholder, text)] as const,
      ),
    };
  }
  const issuer = claims?.["iss"];
  const named = { text, issuer: typeof issuer === "string" ? issuer : undefined };
  return withToken(request, named, configuration);
}

/** What is there more than once. */
const severalIn = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.filter((name, i) => names.indexOf(name) !== i));
