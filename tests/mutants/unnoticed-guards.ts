// Guards that no test can notice the absence of, each with the reason. `npm run mutants` says so when one of them is noticed after all.

import type { Removal } from "./guard.js";

export interface UnnoticedGuard {
  readonly file: string;
  /** Text of the condition or call, as in the source but for white space. */
  readonly text: string;
  /** The function around it, where the text is in several of the file. */
  readonly within?: string;
  /** Where only one way to take it out goes unnoticed. */
  readonly removal?: Removal;
  readonly reason: string;
}

export const unnoticedGuards: readonly UnnoticedGuard[] = [
  {
    file: "assembly/abi/calls/property.ts",
    text: "result == Result.Ok",
    removal: "always",
    reason: "a host that has no such property leaves the cleared place as it is, which is no span either",
  },
  {
    file: "assembly/crypto/curve/curve_point.ts",
    text: "mayBeZero(T3)",
    removal: "always",
    reason: "a quick look at one limb, before the whole element is compared",
  },
  {
    file: "assembly/filter/configuration/read_jwt_rules.ts",
    text: '!spaceDelimited.includes("scope")',
    removal: "always",
    reason: "the name is then there twice, and a claim is split once",
  },
  {
    file: "assembly/filter/request_judge.ts",
    text: "tracing",
    within: "RequestJudge.judge",
    removal: "always",
    reason: "what it calls writes nothing where nobody traces: this saves the calls",
  },
  {
    file: "assembly/policy/compilation/compile.ts",
    text: "errors.messages.length == faults",
    within: "compilePolicies",
    removal: "always",
    reason: "a configuration with a message is refused whatever was compiled: this saves the work",
  },
  {
    file: "assembly/request/header_list.ts",
    text: "second < 0",
    removal: "never",
    reason: "one value joined is that value, in new memory: this saves the copy",
  },
  {
    file: "assembly/claims/json.ts",
    text: "hasDuplicateMember(object, members)",
    removal: "never",
    reason:
      "what it calls has noted the failure by then, and the document has it: this only ends the reading earlier",
  },
  {
    file: "assembly/crypto/ecdsa.ts",
    text: "integerIsZero(R)",
    reason:
      "r = 0 would be good for a point with x = 0, and nobody knows a multiple of the generator that is one",
  },
  {
    file: "assembly/crypto/ecdsa.ts",
    text: "integerIsZero(S)",
    reason: "the inverse of s = 0 comes out as 0, and the sum at infinity is refused behind it",
  },
  {
    file: "assembly/filter/authentication/auth_context.ts",
    text: "this.now != 0",
    within: "AuthContext.readClock",
    removal: "never",
    reason: "the clock is read again for a further token or rule of the request: this saves the calls",
  },
  {
    file: "assembly/filter/authentication/auth_context.ts",
    text: "source.state.generation == cached.generation",
    removal: "always",
    reason: "verify_rule.ts compares the generations again before it takes a remembered signature for good",
  },
  {
    file: "assembly/jose/jwk.ts",
    text: "value > 65537",
    removal: "never",
    reason:
      "only nine bytes and more come back to 3 or 65537 when they overflow, and rsa.ts takes no exponent as long",
  },
];
