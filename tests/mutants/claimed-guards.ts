// The guards that SECURITY.md's claims and limits stand on: for each row, places in the sources without which it would not hold.

export interface ClaimedGuards {
  /** Words that the row's first column begins with. */
  readonly row: string;
  /** File and text of the condition or call, as in the source but for white space. */
  readonly guards: readonly (readonly [file: string, text: string])[];
  /** Why there is nothing to take out, where there is not. */
  readonly none?: string;
}

export const claimedGuards: readonly ClaimedGuards[] = [
  {
    row: "A token for another protected resource is refused",
    guards: [
      ["assembly/filter/request_judge.ts", "!isFor(resource, context)"],
      ["assembly/filter/extensions/protected_resource.ts", "<i32>spanLength(resource.path) > length"],
      ["assembly/filter/extensions/protected_resource.ts", "!resource.takesHost(authority)"],
      ["assembly/filter/extensions/protected_resource.ts", "!spanStartsWith(path, this.path)"],
    ],
  },
  {
    row: "A redirect that the API's owner configures leads",
    guards: [
      ["assembly/filter/extensions/answer.ts", "second != 0x2f"],
      ["assembly/filter/extensions/answer.ts", "second != 0x5c"],
      ["assembly/filter/extensions/answer.ts", "spanLength(path) <= MAX_URL"],
      ["assembly/filter/extensions/answer.ts", "isPlain(byte)"],
    ],
  },
  {
    row: "No answer that is configured tells a token",
    guards: [
      ["assembly/filter/extensions/read_answers.ts", "isField && !isFieldValue(template)"],
      ["assembly/filter/extensions/read_answers.ts", "!isFieldName(given[i])"],
    ],
  },
  {
    row: "exemptions and profiles of tokens, and what one of them lists",
    guards: [
      ["assembly/config/bounded_lists.ts", "list.length > MAX_ITEMS"],
      ["assembly/config/bounded_lists.ts", "texts.length > MAX_ITEMS"],
    ],
  },
  {
    row: "answers of the API's owner",
    guards: [
      ["assembly/filter/extensions/read_answers.ts", "list.length > MAX_ANSWERS"],
      ["assembly/filter/extensions/read_answers.ts", "given.length > MAX_HEADERS"],
      ["assembly/filter/extensions/read_answers.ts", "template.length > MAX_TEXT"],
    ],
  },
  {
    row: "protected resources, and what one of them lists",
    guards: [
      ["assembly/config/bounded_lists.ts", "list.length > MAX_ITEMS"],
      ["assembly/config/bounded_lists.ts", "texts.length > MAX_ITEMS"],
    ],
  },
  {
    row: "Clients are told no scope but those",
    guards: [
      ["assembly/policy/evaluation/supposition.ts", "!allowedWith(set, attributes, scopes, all)"],
      ["assembly/policy/evaluation/supposition.ts", "allowedWith(set, attributes, scopes, (<u64>1) << i)"],
      ["assembly/policy/evaluation/supposition.ts", "allowedWith(set, attributes, scopes, fewer)"],
    ],
  },
  {
    row: "Nothing of a request gets into the challenge",
    guards: [
      [
        "assembly/filter/extensions/read_protected_resources.ts",
        "code < 0x21 || code > 0x7e || code == 0x22 || code == 0x5c",
      ],
      ["assembly/filter/extensions/read_protected_resources.ts", "!isGood(texts[i])"],
      [
        "assembly/filter/extensions/read_protected_resources.ts",
        "!isScope(text) || host == text.length || text.charCodeAt(host) == 0x2f",
      ],
    ],
  },
  {
    row: "A signature counts only under the algorithm that the token names",
    guards: [
      ["assembly/token/token.ts", "token.algorithm == NO_ALGORITHM"],
      ["assembly/jose/verify.ts", "keyTypeOf(row.scheme) != key.type"],
      ["assembly/jose/verify.ts", "spanEquals(row.name, key.algorithm)"],
    ],
  },
  {
    row: "A public key is never an HMAC secret",
    guards: [["assembly/jose/verify.ts", "keyTypeOf(row.scheme) != key.type"]],
  },
  { row: "A token cannot bring its own key", guards: [], none: "no line of the sources reads these members" },
  {
    row: "`kid` picks among keys and does nothing else",
    guards: [
      ["assembly/jose/verify.ts", "!isMeant(key, row, keyId)"],
      ["assembly/jose/verify.ts", "!spanEquals(keyId, key.keyId)"],
    ],
  },
  {
    row: "ECDSA: r and s in [1, n-1], keys on their curve",
    guards: [
      ["assembly/crypto/ecdsa.ts", "integerIsZero(R)"],
      ["assembly/crypto/ecdsa.ts", "integerCompare(R, order) >= 0"],
      ["assembly/crypto/ecdsa.ts", "integerIsZero(S)"],
      ["assembly/crypto/ecdsa.ts", "integerCompare(S, order) >= 0"],
      ["assembly/crypto/ecdsa.ts", "!elementIsZero(T1)"],
      ["assembly/crypto/ecdsa.ts", "integerCompare(R, curvePrime()) >= 0"],
      ["assembly/crypto/ecdsa.ts", "integerCompare(S, curvePrime()) >= 0"],
    ],
  },
  {
    row: "Ed25519: S below the order, canonical R",
    guards: [
      ["assembly/crypto/ed25519.ts", "integerCompare(INTEGER, ORDER) >= 0"],
      ["assembly/crypto/ed25519.ts", "load<u64>(INTEGER, 24) == load<u64>(expected, 24)"],
    ],
  },
  {
    row: "RSA: signature below the modulus and as long",
    guards: [
      ["assembly/crypto/rsa.ts", "signatureLength != rsaModulusLength(block)"],
      ["assembly/crypto/rsa.ts", "exponentiate(block + HEADER, signature, load<u64>(block), ENCODED)"],
      ["assembly/crypto/rsa.ts", "(load<u8>(modulus + <usize>modulusLength - 1) & 1) == 0"],
      ["assembly/jose/jwk.ts", "isUsualExponent(exponent)"],
      ["assembly/crypto/rsa.ts", "(value & 1) != 0"],
    ],
  },
  {
    row: "The comparison of a MAC takes one way through the code",
    guards: [
      ["assembly/crypto/hmac.ts", "macLength != size"],
      ["assembly/crypto/hmac.ts", "difference == 0"],
    ],
  },
  {
    row: "A token has one reading",
    guards: [
      ["assembly/claims/json.ts", "hasDuplicateMember(object, members)"],
      ["assembly/claims/json.ts", "cursor != end"],
      ["assembly/claims/json_string.ts", "length == 0"],
    ],
  },
  {
    row: "Where `extensions` ignore tokens or let foreign ones pass",
    guards: [
      ["assembly/filter/extensions/token_exemptions.ts", "!isPlainPath(headers.value(path))"],
      ["assembly/filter/extensions/authenticate_exempt.ts", "context.forgetIdentity(sent);"],
      ["assembly/filter/extensions/authenticate_exempt.ts", "context.rules.anyRequired"],
      ["assembly/request/plain_path.ts", "dots == segment"],
      ["assembly/request/plain_path.ts", "i > 0 && segment == 0"],
    ],
  },
  {
    row: "An issuer with a place for the tenant (`extensions.tenants`)",
    guards: [
      ["assembly/filter/configuration/issuer_tenants.ts", "!spanEquals(said, tenant)"],
      ["assembly/filter/configuration/issuer_tenants.ts", "!spanEquals(key.issuer, issuer)"],
      [
        "assembly/filter/configuration/issuer_tenants.ts",
        "this.allowed.find(tenant, hashBytes(tenant)) != NOT_FOUND",
      ],
      ["assembly/filter/configuration/read_tenants.ts", "any == names.length > 0"],
    ],
  },
  {
    row: "A JWT-SVID (`tokenProfiles[].trustDomain`)",
    guards: [
      ["assembly/filter/authentication/check_profile.ts", "!spanStartsWith(subject, subjects)"],
      ["assembly/filter/authentication/check_profile.ts", "!isName(segment)"],
      ["assembly/jose/jwk.ts", "spanEndsWith(use, SVID)"],
      ["assembly/filter/extensions/read_token_profiles.ts", "rule.audiences.length == 0"],
    ],
  },
  {
    row: "Several key sets of one issuer (`extensions.keySources`)",
    guards: [
      ["assembly/filter/authentication/check_signature.ts", "hasKid && spanLength(token.keyId) > 0"],
      ["assembly/keys/key_source.ts", "now < asked + this.newerCooldown"],
    ],
  },
  {
    row: "Scopes are said by one claim",
    guards: [["assembly/policy/attributes/scope_claim.ts", "spanEquals(name, SCOPE)"]],
  },
  {
    row: "key sets of one issuer",
    guards: [["assembly/filter/configuration/read_key_sources.ts", "uris.length >= MAX_KEY_SETS"]],
  },
  {
    row: "tenants of an issuer with a place for them",
    guards: [["assembly/filter/configuration/read_tenants.ts", "names.length > MAX_TENANTS"]],
  },
  {
    row: "A token profile (`extensions.tokenProfiles`) is asked",
    guards: [
      [
        "assembly/filter/authentication/check_profile.ts",
        "((profile.algorithms >> token.algorithm) & 1) == 0",
      ],
      ["assembly/filter/authentication/check_profile.ts", "!spanEquals(typ, profile.typ)"],
      ["assembly/filter/authentication/check_profile.ts", "claims.kind(node) == JsonKind.Null"],
      ["assembly/filter/authentication/check_profile.ts", "spanEquals(name, EXP)"],
      ["assembly/filter/authentication/check_profile.ts", "issued > now + profile.clockSkew"],
      [
        "assembly/filter/authentication/check_profile.ts",
        "now > issued + profile.maxAge + profile.clockSkew",
      ],
      ["assembly/filter/authentication/check_profile.ts", "token.expires > now + profile.maxLifetime"],
    ],
  },
  {
    row: "A condition of `extensions.claimPolicies` holds",
    guards: [
      ["assembly/policy/values/typed_value.ts", "kind != <u8>JsonKind.Number"],
      ["assembly/policy/values/typed_value.ts", "kind == LIST"],
      ["assembly/policy/values/typed_value.ts", "kind == WITHIN_LIST"],
      [
        "assembly/policy/compilation/claim_conditions.ts",
        "value >= -GREATEST_WHOLE && value <= GREATEST_WHOLE",
      ],
    ],
  },
  {
    row: "A claim equals what a request says",
    guards: [
      ["assembly/policy/values/comparand.ts", "digits == 0"],
      ["assembly/policy/values/comparand.ts", "digit > 9"],
      ["assembly/policy/values/comparand.ts", "headers.find(this.header, index + 1) >= 0"],
      ["assembly/policy/values/comparand.ts", "!isOneValue(value)"],
      ["assembly/policy/values/comparand.ts", "load<u8>(at) > LAST_OF_ASCII"],
      ["assembly/policy/values/comparand.ts", "!isPlainPath(whole)"],
      ["assembly/policy/values/comparand.ts", "!isPathText(load<u8>(at))"],
      ["assembly/policy/values/comparand.ts", "number > GREATEST_WHOLE"],
      ["assembly/policy/values/comparand.ts", "load<u8>(at) == 0x30 && (digits > 1 || isNegative)"],
      ["assembly/filter/authorization/authorize.ts", "policies.comparesWithRequest"],
    ],
  },
  {
    row: "No value of a claim in `extensions.claimHeaders` becomes two",
    guards: [
      ["assembly/request/header_value.ts", "byte == COMMA"],
      ["assembly/request/header_value.ts", "byte < SPACE"],
      ["assembly/request/header_value.ts", "byte == DELETE"],
      ["assembly/request/header_value.ts", "load<u8>(last) == SPACE"],
      ["assembly/filter/authentication/claim_list.ts", "isOneValue(text)"],
      ["assembly/filter/authentication/claim_list.ts", "kind != JsonKind.Null"],
      ["assembly/filter/authentication/claim_list.ts", "bytes <= MAX_BYTES + 1"],
      ["assembly/filter/configuration/read_claim_headers.ts", "rules[i].readsHeader(header.header)"],
      ["assembly/filter/configuration/read_claim_headers.ts", "rule.writes(header.header)"],
    ],
  },
  {
    row: "Where a token profile has `certificateBinding`",
    guards: [
      ["assembly/filter/authentication/check_binding.ts", "binding == CertificateBinding.IfPresent"],
      ["assembly/filter/authentication/check_binding.ts", "spanLength(certificate) == 0"],
      ["assembly/filter/authentication/check_binding.ts", "spanLength(bytes) != DIGEST_LENGTH"],
      ["assembly/filter/authentication/check_binding.ts", "load<u8>(at) != hexDigit(byte >> 4)"],
      ["assembly/filter/authentication/check_binding.ts", "load<u8>(at, 1) != hexDigit(byte & 15)"],
    ],
  },
  {
    row: "A token that wants more understood",
    guards: [["assembly/token/token.ts", "header.member(ROOT, CRIT) == NO_NODE"]],
  },
  {
    row: "Where a rule has `presence: REQUIRED`",
    guards: [
      ["assembly/filter/authentication/authenticate.ts", "rules.anyRequired"],
      [
        "assembly/filter/authentication/authenticate.ts",
        "child != Status.JwtMissed || unchecked(context.rules.rules[i]).isRequired",
      ],
    ],
  },
  {
    row: "An identity that policies see comes with the headers of its rule",
    guards: [
      ["assembly/filter/authentication/authenticate.ts", "context.identityStands"],
      ["assembly/filter/authentication/verify_rule.ts", "owner.writes(name)"],
      [
        "assembly/filter/authentication/verify_rule.ts",
        "unchecked(context.rules.rules[context.identityRule]).writes(name)",
      ],
    ],
  },
  {
    row: "A token in the query is found however it is written",
    guards: [
      ["assembly/token/query.ts", "spanEquals(decodePercent(parameterName(parameter)), name)"],
      ["assembly/token/query.ts", "!spanEquals(decodePercent(parameterName(parameter)), name)"],
      ["assembly/filter/authentication/verify_rule.ts", "!rule.forwardOriginalToken"],
    ],
  },
  {
    row: "No client's copy of an output header reaches the upstream",
    guards: [
      [
        "assembly/filter/authentication/authenticate.ts",
        "context.headers.remove(unchecked(outputHeaders[i]));",
      ],
    ],
  },
  {
    row: "No claim frames, routes or splits a request",
    guards: [
      ["assembly/filter/configuration/output_header.ts", "MESSAGE_FIELDS.includes(lowerCaseText(name))"],
      ["assembly/filter/configuration/output_header.ts", "!isHeaderName(name)"],
      [
        "assembly/filter/apply_changes.ts",
        "addHeader(HeaderMap.RequestHeaders, headers.name(i), headers.value(i)) != Result.Ok",
      ],
    ],
  },
  {
    row: "Policies on paths see what Envoy makes of a path",
    guards: [],
    none: "Envoy's own option, in the configurations that are shipped and rendered",
  },
  {
    row: "What is remembered of a token counts for that text, those keys and that configuration",
    guards: [
      ["assembly/token/token_cache.ts", "spanEquals(entry.token.text, text)"],
      ["assembly/filter/authentication/auth_context.ts", "source.state.generation == cached.generation"],
      ["assembly/token/token.ts", "now > token.expires + clockSkew"],
      ["assembly/token/token.ts", "now + clockSkew < token.notBefore"],
      [
        "assembly/filter/authentication/verify_rule.ts",
        "!audienceAllowed(token.claims, token.audience, rule.audiences)",
      ],
      ["assembly/filter/authentication/verify_rule.ts", "!rule.acceptsIssuer(token.issuer)"],
    ],
  },
  {
    row: "One good token does not fill the memory of tokens",
    guards: [["assembly/filter/authentication/auth_context.ts", "!isCanonical(seen.token)"]],
  },
  {
    row: "Configurations in one Envoy do not meet",
    guards: [["assembly/filter/fetching/shared_keys.ts", "load<u32>(spanAddress(shared)) != generation"]],
  },
  {
    row: "What cannot be known is refused",
    guards: [
      ["assembly/filter/authentication/verify_rule.ts", "!context.readClock()"],
      ["assembly/filter/request_judge.ts", "changetype<usize>(headers) == 0"],
      ["assembly/filter/authorization/authorize.ts", "arenaExhausted"],
      ["assembly/policy/evaluation/evaluate.ts", "outOfMemory"],
      ["assembly/filter/authorization/authorize.ts", "!properties.fill(attributes, policies.needs)"],
      ["assembly/filter/apply_changes.ts", "result != Result.Ok"],
      ["assembly/filter/jwt_policy.ts", "setEffectiveContext(stream) != Result.Ok"],
    ],
  },
  {
    row: "No byte from outside traps",
    guards: [
      ["assembly/request/header_list.ts", "text + <u64>nameLength + <u64>valueLength + 2 > length"],
      ["assembly/request/header_list.ts", "<u64>count * 10 + 4 > length"],
      ["assembly/claims/json.ts", "depth < MAX_DEPTH"],
      ["assembly/filter/jwt_policy.ts", "this.mayJudge == 0"],
    ],
  },
  {
    row: "Key sets cannot exhaust a worker",
    guards: [["assembly/filter/fetching/jwks_calls.ts", "bodyLength > MAX_JWKS_BYTES"]],
  },
  {
    row: "Unknown kids do not flood an issuer",
    guards: [
      ["assembly/keys/key_source.ts", "now < asked + this.newerCooldown"],
      ["assembly/filter/fetching/shared_keys.ts", "source.state.isLeased(now)"],
    ],
  },
  {
    row: "Logs carry no token and no signature",
    guards: [["assembly/filter/authentication/trace_steps.ts", "isReadable"]],
  },
  {
    row: "Policies decide as Istio's do",
    guards: [["assembly/policy/evaluation/evaluate.ts", "matchedRule >= 0"]],
  },
  {
    row: "A withdrawn key does not outlive an outage of its issuer",
    guards: [["assembly/keys/key_source.ts", "now < asked + this.newerCooldown"]],
  },
  {
    row: "A provider configuration speaks for its own issuer only",
    guards: [["assembly/filter/fetching/jwks_calls.ts", "!spanEquals(issuer, endpoint.issuer)"]],
  },
  {
    row: "Nothing that an issuer sends chooses where else the filter sends a request",
    guards: [["assembly/filter/fetching/jwks_calls.ts", "!spanEquals(status, HTTP_OK)"]],
  },
  {
    row: "Why a key set is refused is told",
    guards: [
      ["assembly/filter/telemetry/trace_line.ts", "byte < 0x20"],
      ["assembly/filter/telemetry/trace_line.ts", "isUnseen(codePoint(at, size))"],
    ],
  },
  { row: "nesting of JSON", guards: [["assembly/claims/json.ts", "depth < MAX_DEPTH"]] },
  {
    row: "a key set, an OpenID provider configuration",
    guards: [["assembly/filter/fetching/jwks_calls.ts", "bodyLength > MAX_JWKS_BYTES"]],
  },
  {
    row: "What the command prints acts on no terminal",
    guards: [],
    none: "the command is TypeScript, and mutants are of the filter; its own test shows a verb that forgets",
  },
  {
    row: "No file that the command is given keeps it forever",
    guards: [],
    none: "the command is TypeScript, and mutants are of the filter",
  },
  {
    row: "With `forwardOriginalToken: true` identity is still what was verified",
    guards: [],
    none: "there is no guard that would take the second of a name: the search ends at the first",
  },
  {
    row: "No part of a SAN of a client's certificate counts as a SAN",
    guards: [
      ["assembly/filter/authorization/peer_names.ts", "!spanStartsWith(all, first)"],
      ["assembly/filter/authorization/peer_names.ts", "load<u8>(spanAddress(all) + <usize>length) != COMMA"],
    ],
  },
  {
    row: "No token forges a line of the access log",
    guards: [
      ["assembly/filter/telemetry/log_text.ts", "isUnseen(codePoint(at, length))"],
      [
        "assembly/filter/telemetry/log_text.ts",
        "byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c",
      ],
    ],
  },
  {
    row: "SANs of a client's certificate",
    guards: [["assembly/filter/authorization/peer_names.ts", "count == MAX_NAMES"]],
  },
  { row: "keys in a set", guards: [["assembly/jose/key_set.ts", "keys > MAX_KEYS"]] },
  {
    row: "an RSA modulus",
    guards: [
      ["assembly/crypto/rsa.ts", "modulusLength < MIN_MODULUS_LENGTH"],
      ["assembly/crypto/rsa.ts", "modulusLength > MAX_MODULUS_LENGTH"],
    ],
  },
  {
    row: "requests that wait for the keys of one endpoint",
    guards: [["assembly/filter/parked_requests.ts", "this.waiting(endpoint) >= MAX_PARKED"]],
  },
  {
    row: "requests that have waited and are judged",
    guards: [["assembly/filter/jwt_policy.ts", "this.mayJudge == 0"]],
  },
  {
    row: "A slow issuer costs its own users alone",
    guards: [],
    none: "the bound is counted line by line: there is no guard that would make it one for all",
  },
  {
    row: "a token that is remembered",
    guards: [["assembly/token/token_cache.ts", "length > MAX_CACHED_TOKEN"]],
  },
  {
    row: "tokens that are remembered, a worker",
    guards: [
      ["assembly/token/token_cache.ts", "this.count >= this.maxEntries"],
      ["assembly/token/token_cache.ts", "this.bytes > MAX_CACHE_BYTES"],
    ],
  },
  {
    row: "memory of one callback",
    guards: [
      ["assembly/memory/arena.ts", "size > ARENA_LIMIT"],
      ["assembly/memory/arena.ts", "heldBytes + payload > ARENA_LIMIT"],
    ],
  },
  {
    row: "how far clocks may differ",
    guards: [
      ["assembly/token/token.ts", "now > token.expires + clockSkew"],
      ["assembly/token/token.ts", "now + clockSkew < token.notBefore"],
    ],
  },
  {
    row: "combinations of `from` and `to`",
    guards: [
      [
        "assembly/policy/compilation/rule_rows.ts",
        "<i64>max(from.length, 1) * <i64>max(to.length, 1) > <i64>most",
      ],
    ],
  },
  { row: "size of a request's headers", guards: [], none: "Envoy's own limit" },
  {
    row: "Nothing that is typed or pasted into the playground leaves the page",
    guards: [],
    none: "the page is not of assembly/: its content security policy forbids every connection, and a test counts them",
  },
  {
    row: "A link to the playground holds no token and no key",
    guards: [],
    none: "the page is not of assembly/",
  },
  {
    row: "`jwt-policy playground` shows files to its user alone",
    guards: [],
    none: "the command's server is not of assembly/",
  },
];

/** Whether SECURITY.md stands on this guard. */
export function isClaimed(file: string, text: string): boolean {
  return claimedGuards.some(({ guards }) => guards.some((guard) => guard[0] === file && guard[1] === text));
}
