/** What all VMs of one Envoy process share: time, shared data, queues, metrics, upstream clusters, log. */
import { LogLevel } from "../abi/abi-enums.js";
import { SystemClock, type Clock } from "../event-loop/clock.js";
import { Dispatcher } from "../event-loop/dispatcher.js";
import { clearRouteCache, type ForeignFunctions } from "../calls/foreign-functions.js";
import type { HttpFetcher } from "../calls/http-calls.js";
import type { LogSink } from "./log.js";
import { MetricStore } from "./metrics.js";
import { SharedData } from "./shared-data.js";
import { SharedQueues } from "./shared-queues.js";

export interface ProcessOptions {
  readonly clock?: Clock;
  /** Sends dispatched HTTP calls; without one, no cluster exists. */
  readonly fetcher?: HttpFetcher;
  /** By name; default: `clear_route_cache`. Add `verifySignature` of node/verify-signature.ts where there is Node. */
  readonly foreignFunctions?: ForeignFunctions;
  readonly log?: LogSink;
  /** Lines below it are dropped. Default: info. */
  readonly logLevel?: LogLevel;
}

export class HostProcess {
  readonly clock: Clock;
  readonly fetcher: HttpFetcher | undefined;
  readonly foreignFunctions: ForeignFunctions;
  readonly sharedData = new SharedData();
  readonly sharedQueues = new SharedQueues();
  readonly metrics = new MetricStore();
  readonly dispatcher = new Dispatcher();
  readonly log: LogSink;
  logLevel: LogLevel;

  constructor(options: ProcessOptions = {}) {
    this.clock = options.clock ?? new SystemClock();
    this.fetcher = options.fetcher;
    this.foreignFunctions = options.foreignFunctions ?? new Map([["clear_route_cache", clearRouteCache]]);
    this.log = options.log ?? (() => undefined);
    this.logLevel = options.logLevel ?? LogLevel.Info;
  }
}
