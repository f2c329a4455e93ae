// The filter's calls for keys: answered from what is given, over the network, or not at all, but always ended.

import {
  envoyFailureResponse,
  type HttpCallRequest,
  type HttpCallResult,
  type HttpFetcher,
} from "../../host/calls/http-calls.js";
import type { Cancel } from "../../host/index.js";
import { givenAnswer, type GivenKeys } from "./given-keys.js";

/** Why a call got no answer at all, for people. */
export interface FetchFault {
  /** Goes on after the address: `refuses the connection: nobody listens there`. */
  readonly why: string;
  readonly remedies: readonly string[];
}

/** A call that the filter made, and how it ended. */
export interface KeyCall {
  readonly uri: string;
  /** HTTP status of the answer; undefined while the call is under way. */
  readonly outcome: number | "given" | "timeout" | "reset" | "not allowed" | undefined;
  /** Where whoever fetches tells it. */
  readonly fault?: FetchFault;
}

/** Makes one call over the network: to `origin`, `https://idp.example.com`, whatever cluster the request names. */
export type FetchKeys = (
  origin: string,
  request: HttpCallRequest,
  answer: (result: HttpCallResult, fault?: FetchFault) => void,
) => Cancel;

interface MadeCall {
  readonly uri: string;
  outcome: KeyCall["outcome"];
  fault?: FetchFault;
}

/** Calls go to the hosts that the URIs name, whatever cluster the configuration sends them to. */
export class KeyCalls implements HttpFetcher {
  private readonly made: MadeCall[] = [];
  private readonly given: GivenKeys;
  private readonly fetchKeys: FetchKeys | undefined;
  private readonly waiting: (() => void)[] = [];

  /** @param fetchKeys asks the network for what is not given; undefined: such calls fail at once */
  constructor(given: GivenKeys, fetchKeys: FetchKeys | undefined) {
    this.given = given;
    this.fetchKeys = fetchKeys;
  }

  /** All calls so far. */
  get calls(): readonly KeyCall[] {
    return this.made;
  }

  /** Settles when a call has ended. Throws if none is under way: whoever waits would wait for ever. */
  async nextAnswer(): Promise<void> {
    if (this.made.every(({ outcome }) => outcome !== undefined))
      throw new Error("the filter waits for keys, but makes no call for them");
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Every cluster is there: whether the real Envoy has it is not a question of the policies. */
  hasCluster(): boolean {
    return true;
  }

  send(request: HttpCallRequest, answer: (result: HttpCallResult) => void): Cancel {
    const origin = `${field(request.headers, ":scheme")}://${field(request.headers, ":authority")}`;
    const call: MadeCall = {
      uri: origin + field(request.headers, ":path"),
      outcome: undefined,
    };
    this.made.push(call);
    let timer: ReturnType<typeof setTimeout> | undefined = undefined;
    const end = (outcome: KeyCall["outcome"], result: HttpCallResult): void => {
      clearTimeout(timer);
      call.outcome = outcome;
      answer(result);
      for (const goOn of this.waiting.splice(0)) goOn();
    };
    const given = givenAnswer(this.given, call.uri);
    if (given !== undefined) {
      end("given", { headers: [[":status", "200"]], body: new TextEncoder().encode(given) });
      return () => undefined;
    }
    if (this.fetchKeys === undefined) {
      end("not allowed", envoyFailureResponse(503, "no healthy upstream"));
      return () => undefined;
    }
    const cancel = this.fetchKeys(origin, request, (result, fault) => {
      if (fault !== undefined) call.fault = fault;
      end(result === "reset" ? "reset" : Number(field(result.headers, ":status")), result);
    });
    // The clock that the filter sees stands still, so its host's timeout never comes.
    timer = setTimeout(() => {
      cancel();
      end("timeout", envoyFailureResponse(504, "upstream request timeout"));
    }, request.timeoutMilliseconds);
    return () => {
      clearTimeout(timer);
      cancel();
    };
  }
}

function field(headers: HttpCallRequest["headers"], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1] ?? "";
}
