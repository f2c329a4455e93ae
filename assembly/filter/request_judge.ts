/** One request from its header fields to what becomes of it: authentication, policies, the answer or the changes. */
import { HeaderMap, headerPairs } from "../abi/calls/headers";
import { isDenial, Status } from "../decision/status";
import { Span } from "../memory/span";
import { auditRule, dryRunAllowRule, dryRunDenyRule } from "../policy/evaluation/evaluate";
import { HeaderList, readHeaderList } from "../request/header_list";
import { audienceAllowed } from "../token/audience";
import { Token } from "../token/token";
import { noteDecision } from "./telemetry/access_log";
import { applyChanges } from "./apply_changes";
import { AuthContext } from "./authentication/auth_context";
import { authenticate } from "./authentication/authenticate";
import { authorize, decidingPolicy, keptClaimRows } from "./authorization/authorize";
import { Answers } from "./extensions/answer";
import { authenticateExempt } from "./extensions/authenticate_exempt";
import { denial, neededScopes } from "./extensions/denial";
import { Extensions } from "./extensions/extensions";
import { asksMetadata, ProtectedResource } from "./extensions/protected_resource";
import { answerMetadata } from "./extensions/resource_answers";
import { TokenExemptions } from "./extensions/token_exemptions";
import { Configuration } from "./read_configuration";
import { refuseAuthentication, refuseAuthorization, refusePlainly, refuseUnjudged } from "./refuse";
import { traceStream, tracing } from "./telemetry/trace";
import { traceAuthentication, traceChanges, traceDecision, traceRequest } from "./authentication/trace_steps";

/** What has become of a request. */
export const enum Verdict {
  GoesOn,
  /** It has its answer. */
  Refused,
  /** Keys that it needs are not there: those of `context.awaited`. */
  AwaitsKeys,
}

export class RequestJudge {
  readonly context: AuthContext;

  constructor(
    readonly configuration: Configuration,
    /** Whether the host's crypto verifies where it can. */
    hostCrypto: bool,
  ) {
    this.context = new AuthContext(configuration.rules, configuration.cache, hostCrypto);
  }

  /**
   * Judges the request of the effective context.
   * @param waitedFor the endpoint that it has waited for, NOTHING or EVERYTHING
   * @param arrivedAt when it came, in milliseconds; 0: now
   */
  judge(stream: u32, waitedFor: i32, arrivedAt: i64): Verdict {
    const context = this.context;
    const configuration = this.configuration;
    const pairs = headerPairs(HeaderMap.RequestHeaders);
    const headers = readHeaderList(pairs);
    if (changetype<usize>(headers) == 0) {
      refuseUnjudged();
      return Verdict.Refused;
    }
    context.begin(headers, waitedFor, arrivedAt);
    if (tracing) {
      traceStream(stream);
      traceRequest(headers);
    }
    const metrics = configuration.metrics;
    const extensions = configuration.extensions;
    let resource: ProtectedResource | null = null;
    let exemptions: TokenExemptions | null = null;
    if (extensions !== null) {
      resource = resourceOf(extensions, headers);
      exemptions = extensions.exemptions;
    }
    if (resource !== null && asksMetadata) return this.tellMetadata(resource);
    let status = exemptions === null ? authenticate(context) : authenticateExempt(context, exemptions, pairs);
    if (resource !== null && status == Status.Ok && !isFor(resource, context))
      status = Status.JwtOfOtherResource;
    if (tracing) traceAuthentication(status, context);
    if (status == Status.AwaitingKeys) return Verdict.AwaitsKeys;
    metrics.countCache(context.cacheHits, context.cacheMisses);
    if (status != Status.Ok) {
      if (tracing) traceDecision(status, 0);
      metrics.countRefused(status);
      if (configuration.settings.accessLog) noteDecision(changetype<Token>(0), 0, status);
      this.refuse(status, pairs, resource);
      return Verdict.Refused;
    }
    let decision = authorize(context, configuration.policies, configuration.properties);
    if (decision == Status.RbacAccessDenied && extensions !== null)
      decision = denial(context, configuration.policies, resource, extensions);
    if (tracing) {
      if (decision == Status.Ok) traceChanges(context.headers);
      traceDecision(decision, decidingPolicy);
    }
    if (configuration.policies.rules.length > 0 && decision != Status.FilterFailure)
      metrics.countShadow(auditRule, dryRunDenyRule, dryRunAllowRule);
    if (configuration.settings.accessLog) noteDecision(context.identity, decidingPolicy, decision);
    const passes = decision == Status.Ok && applyChanges(context.headers);
    // Behind all use of the identity and of the changes: an entry that comes in may drive out one whose bytes they point at.
    if (decision != Status.FilterFailure)
      context.keepVerified(keptClaimRows(configuration.policies), configuration.policies.claimRowsSize);
    if (passes) {
      metrics.countAllowed();
      return Verdict.GoesOn;
    }
    metrics.countRefused(decision == Status.Ok ? Status.FilterFailure : decision);
    if (decision == Status.RbacAccessDenied && extensions === null) refusePlainly(decidingPolicy);
    else this.refuse(decision == Status.Ok ? Status.FilterFailure : decision, pairs, resource);
    return Verdict.Refused;
  }

  /** No request for the upstream, and none that is refused. */
  private tellMetadata(resource: ProtectedResource): Verdict {
    if (tracing) traceDecision(Status.MetadataTold, 0);
    if (this.configuration.settings.accessLog) noteDecision(changetype<Token>(0), 0, Status.MetadataTold);
    answerMetadata(resource);
    return Verdict.Refused;
  }

  private refuse(status: Status, pairs: Span, resource: ProtectedResource | null): void {
    const sent = readHeaderList(pairs);
    if (changetype<usize>(sent) == 0 || status == Status.FilterFailure) refuseUnjudged();
    else if (isDenial(status))
      refuseAuthorization(
        status,
        decidingPolicy,
        resource,
        neededScopes,
        sent,
        this.context.rules,
        this.answers,
      );
    else refuseAuthentication(status, sent, this.context.rules, resource, this.answers);
  }

  private get answers(): Answers | null {
    const extensions = this.configuration.extensions;
    return extensions === null ? null : extensions.answers;
  }
}

function resourceOf(extensions: Extensions, headers: HeaderList): ProtectedResource | null {
  const resources = extensions.protectedResources;
  return resources === null ? null : resources.find(headers);
}

/** Whether the identity's token, if there is one, is meant for the resource (RFC 8707 §2). */
function isFor(resource: ProtectedResource, context: AuthContext): bool {
  if (context.identityRule < 0) return true;
  const token = context.identity;
  return audienceAllowed(token.claims, token.audience, resource.audiences);
}
