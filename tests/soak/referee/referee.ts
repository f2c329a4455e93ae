// Which answers are right for a request: one, except while something changes under it. What may still be in use or already is follows from what
// the issuer has answered, and when.

/** An answer of the issuer that was a key set. */
export interface GoodAnswer {
  receivedAt: number;
  answeredAt: number;
  kids: ReadonlySet<string>;
  /** Whether it is certain to have reached Envoy before the fetch's timeout. */
  sure: boolean;
}

/** A configuration that has been put in place. */
export interface Reload {
  at: number;
  /** When Envoy said that it has taken it: on a busy machine seconds later. undefined: not yet. */
  takenAt?: number;
  /** Configurations that answer alike have the same. */
  version: number;
}

export interface History {
  goodAnswers: readonly GoodAnswer[];
  reloads: readonly Reload[];
}

/** What a request should be answered, were everything known everywhere at once. */
export interface Expectation {
  /** The key that signed its token. undefined: the answer does not depend on keys. null: a key that nobody ever had. */
  kid?: string | null;
  /** The answer if the key is known, or keys do not matter. */
  verified: string;
  /** Under configurations of other versions than this: `otherwise`. */
  version?: number;
  otherwise?: string;
  /** Published when nothing hindered a fetch: no request may be refused for not knowing this key. */
  findable?: boolean;
}

export interface Durations {
  /** duration + maxStale of jwksCache. */
  usable: number;
  /** How long a worker may take to hear of another's fetch: its tick, and what a busy machine adds. */
  lag: number;
  /** How long connections keep an earlier configuration. */
  drain: number;
}

export const UNKNOWN_KEY = "401 Jwks doesn't have key to match kid or alg from Jwt";
export const NO_KEYS = "401 Jwks remote fetch is failed";

/** Every right answer for a request that lasted from `start` to `end`, with the reason why it is one. */
export function rightAnswers(
  expectation: Expectation,
  start: number,
  end: number,
  history: History,
  durations: Durations,
): Map<string, string> {
  const right = new Map<string, string>();
  const verified = () => {
    for (const version of versionsInUse(start, end, history.reloads, durations)) {
      const fits = expectation.version === undefined || expectation.version === version;
      right.set(fits ? expectation.verified : (expectation.otherwise ?? ""), `configuration ${version}`);
    }
  };
  const { kid } = expectation;
  if (kid === undefined) {
    verified();
    return right;
  }
  for (const { answer, until } of answersInUse(start, end, history.goodAnswers, durations.lag)) {
    const expiry = answer.answeredAt + durations.usable;
    // A second of play: when an answer counts as fetched is Envoy's clock's affair.
    if (until >= expiry - 1_000) right.set(NO_KEYS, "keys older than duration + maxStale");
    if (Math.max(start, answer.answeredAt) > expiry + 1_000) continue;
    if (kid !== null && answer.kids.has(kid)) verified();
    else if (expectation.findable !== true) right.set(UNKNOWN_KEY, "a key set without this key");
  }
  return right;
}

/** The key sets that a worker may use at some moment of a request, each with the last such moment. */
function answersInUse(
  start: number,
  end: number,
  answers: readonly GoodAnswer[],
  lag: number,
): { answer: GoodAnswer; until: number }[] {
  const settled = answers.findLastIndex(({ answeredAt, sure }) => sure && answeredAt <= start - lag);
  const inUse = answers.slice(Math.max(0, settled)).filter(({ answeredAt }) => answeredAt <= end);
  return inUse.map((answer, index) => {
    const next = inUse.slice(index + 1).find(({ sure }) => sure);
    return { answer, until: next === undefined ? end : Math.min(end, next.answeredAt + lag) };
  });
}

function versionsInUse(
  start: number,
  end: number,
  reloads: readonly Reload[],
  { drain, lag }: Durations,
): number[] {
  const settled = reloads.findLastIndex(
    ({ takenAt }) => takenAt !== undefined && takenAt <= start - drain - lag,
  );
  const inUse = reloads.slice(Math.max(0, settled)).filter(({ at }) => at <= end);
  return inUse.map(({ version }) => version);
}

/**
 * Whether a drain may have ended during a request. Envoy closes then what connections are left, one that was idle all the time (RFC 9112 §9.3.1), and
 * on a machine that is slow enough one whose request is as old as the drain.
 */
export function metDrainEnd(
  start: number,
  end: number,
  reloads: readonly Reload[],
  { drain, lag }: Durations,
): boolean {
  return reloads.some(
    // A second of play, as above.
    ({ at, takenAt }) => end >= at + drain - 1_000 && start <= (takenAt ?? Infinity) + drain + lag,
  );
}
