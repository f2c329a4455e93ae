// The debug log of Envoy's native filters, which people have who are about to change: recognised, to say what it is and what it tells.

export interface NativeLog {
  /** How jwt_authn ended with the requests in it, in order: `OK`, `Jwt is expired`. */
  readonly authentications: readonly string[];
  /** What rbac decided: `allowed, matched policy ns[foo]-policy[bar]-rule[0]`. */
  readonly authorizations: readonly string[];
  /** Whether a token stands in it: native logs whole tokens at level debug. */
  readonly hasToken: boolean;
}

const authentication = /Jwt authentication completed with: (.*?)(?= *\r?$| \d{4}-\d\d-\d\dT)/gm;
const authorization = /\benforced ((?:allowed|denied)(?:, matched policy \S+)?)/g;
const other =
  /Called Filter : setDecoderFilterCallbacks|JWT authentication starts|\brbac\b.*checking request: /;

/** What a log of the loggers `jwt` and `rbac` tells; undefined if there is none in it. */
export function nativeLog(log: string): NativeLog | undefined {
  const texts = (pattern: RegExp) => [...log.matchAll(pattern)].map(([, text = ""]) => text);
  const told = { authentications: texts(authentication), authorizations: texts(authorization) };
  if (told.authentications.length + told.authorizations.length === 0 && !other.test(log)) return undefined;
  return { ...told, hasToken: /\beyJ[\w-]+\.[\w-]+\.[\w-]+/.test(log) };
}
