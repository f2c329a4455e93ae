/**
 * Requests to the probe of which Envoy is the referee: whatever it answers, host/ must answer too. The operations of a script are
 * described in probe.as.ts. Numbers of maps and buffers are those of the ABI (host/abi/abi-enums.ts).
 */
import type { ProbeRequest } from "./probe-exchange.js";

export interface ParityCase extends ProbeRequest {
  readonly name: string;
  /** Minor version of the first Envoy that was measured to answer so; host/ follows the newer ones. */
  readonly sinceMinor?: number;
}

const CALL = "call up 2000 % :method GET :path /text :authority up.test";

const headerReads: ParityCase[] = [
  {
    name: "request header fields, present, missing, empty",
    script: "get 0 :path|get 0 :method|get 0 :authority|get 0 :scheme|get 0 x-missing|get 0 x-empty|answer",
    fields: [["x-empty", ""]],
  },
  {
    name: "the name's case does not matter",
    script: "get 0 X-Case|get 0 x-case|answer",
    fields: [["x-CASE", "Value"]],
  },
  { name: "host is :authority", script: "get 0 host|get 0 Host|answer" },
  {
    name: "only the first of several values is read",
    script: "get 0 x-many|answer",
    fields: [
      ["x-many", "one"],
      ["x-many", "two"],
    ],
  },
  {
    name: "all pairs, in order",
    script: "pairs 0|answer",
    fields: [
      ["x-b", "1"],
      ["x-a", "2"],
      ["x-b", "3"],
    ],
    path: "/a/b?c=d",
  },
  {
    name: "bytes that are no ASCII",
    script: "get 0 x-bytes|pairs 0|answer",
    fields: [["x-bytes", "\xc3\xa4\xff"]],
  },
  { name: "size of the map", script: "size 0|answer", fields: [["x-a", "12345"]] },
  {
    name: "maps that are not there",
    script:
      "get 1 x|get 2 x|get 3 x|get 4 x|get 5 x|get 6 x|get 7 x|pairs 1|pairs 2|pairs 6|pairs 7|size 1|size 2|size 6|add 2 a b|set 6 a b|del 7 a|answer",
  },
  {
    name: "maps that do not exist",
    script: "get 8 x|get -1 x|pairs 8|size 8|add 8 a b|set 99 a b|del 8 a|setpairs 8|answer",
  },
  { name: "the empty name", script: "get 0 %|answer" },
];

const headerChanges: ParityCase[] = [
  {
    name: "add, set, remove, and what the upstream sees",
    script: "add 0 x-new 1|add 0 x-new 2|set 0 x-old changed|del 0 x-gone|del 0 x-never|pairs 0|header 0",
    fields: [
      ["x-old", "1"],
      ["x-gone", "1"],
      ["x-gone", "2"],
    ],
  },
  {
    name: "setting a field of several values",
    script: "set 0 x-many new|pairs 0|answer",
    fields: [
      ["x-many", "1"],
      ["x-other", "o"],
      ["x-many", "2"],
    ],
  },
  {
    name: "setting a field of several values, at the upstream",
    script: "set 0 x-many new",
    fields: [
      ["x-many", "1"],
      ["x-other", "o"],
      ["x-many", "2"],
    ],
  },
  {
    name: "setting an empty value",
    script: "set 0 x-e %|get 0 x-e|set 0 x-a %|get 0 x-a|answer",
    fields: [["x-a", "1"]],
  },
  {
    name: "adding an empty value to an inline field",
    script: "add 0 accept %|get 0 accept|pairs 0|answer",
    fields: [["accept", "a"]],
  },
  { name: "adding under upper-case names", script: "add 0 X-Upper 1|pairs 0|answer" },
  {
    name: "changing pseudo header fields",
    script: "set 0 :path /text|set 0 :authority other.test|get 0 host|get 0 :path|pairs 0|answer",
  },
  {
    name: "adding and removing host",
    script: "add 0 host x|get 0 :authority|del 0 host|get 0 :authority|pairs 0|answer",
  },
  {
    name: "replacing all pairs",
    script:
      "setpairs 0 :authority a.test :path /new :method GET :scheme http x-forwarded-proto http x-1 a x-1 b accept c accept d|pairs 0|size 0|header 0",
    fields: [["x-old", "1"]],
  },
  {
    name: "replacing all pairs, pseudo header fields last",
    script: "setpairs 0 x-1 a :method GET :path / :scheme http :authority a.test|pairs 0|answer",
  },
  { name: "malformed pairs count as none", script: "setraw 0 %02%00%00%00%01%00%00%00|pairs 0|answer" },
  {
    name: "changes after continue_stream are refused",
    script:
      "add 0 x-before 1|cont 0|add 0 x-after 1|get 0 x-before|set 0 x-a b|del 0 x-a|size 0|pairs 0|log 3 PROBE%20late|return 1",
  },
];

/** Fields of which Envoy may keep one entry only (host/messages/inline-headers.ts). */
export const repeatedRequestFields = [
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "access-control-request-headers",
  "access-control-request-method",
  "access-control-request-private-network",
  "authorization",
  "cache-control",
  "content-encoding",
  "cookie",
  "date",
  "etag",
  "expect",
  "forwarded",
  "from",
  "grpc-accept-encoding",
  "grpc-timeout",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "keep-alive",
  "max-forwards",
  "origin",
  "pragma",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "referer",
  "traceparent",
  "tracestate",
  "user-agent",
  "via",
  "warning",
  "x-api-key",
  "x-b3-traceid",
  "x-client-trace-id",
  "x-envoy-attempt-count",
  "x-envoy-decorator-operation",
  "x-envoy-downstream-service-cluster",
  "x-envoy-downstream-service-node",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-external-address",
  "x-envoy-force-trace",
  "x-envoy-hedge-on-per-try-timeout",
  "x-envoy-internal",
  "x-envoy-ip-tags",
  "x-envoy-max-retries",
  "x-envoy-original-path",
  "x-envoy-original-url",
  "x-envoy-retriable-header-names",
  "x-envoy-retriable-status-codes",
  "x-envoy-retry-grpc-on",
  "x-envoy-retry-on",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-stream-duration-ms",
  "x-envoy-original-host",
  "x-forwarded-client-cert",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-ot-span-context",
  "x-request-id",
  "x-real-ip",
  "x-jwt-payload",
  "dnt",
  "sec-fetch-mode",
  "te",
  "x-amz-date",
  "x-amzn-trace-id",
  "baggage",
];

/** The filter's own additions to fields, not the client's: nothing sanitises those. */
const inlineFields: ParityCase[] = repeatedRequestFields.map((name) => ({
  name: `two values of ${name}`,
  script: `set 0 ${name} one|add 0 ${name} two|add 0 ${name} three|get 0 ${name}|pairs 0|answer`,
}));

const inlineFieldsOfClients: ParityCase[] = [
  "authorization",
  "cookie",
  "accept",
  "x-forwarded-host",
  "user-agent",
  "x-many",
  "origin",
  "referer",
].map((name) => ({
  name: `two values of ${name} from the client`,
  script: `get 0 ${name}|pairs 0|prop request headers ${name}|answer`,
  fields: [
    [name, "one"],
    ["x-between", "-"],
    [name, "two"],
  ],
}));

const properties: ParityCase[] = [
  {
    name: "request properties",
    script:
      "prop request path|prop request url_path|prop request query|prop request host|prop request scheme|prop request method|prop request protocol|prop request useragent|prop request referer|prop request id|answer",
    path: "/a/b?c=d",
    fields: [
      ["user-agent", "ua"],
      ["referer", "r"],
    ],
  },
  {
    name: "no query",
    script: "prop request query|prop request url_path|prop request referer|answer",
    path: "/plain",
  },
  {
    name: "request headers as properties",
    script:
      "prop request headers x-one|prop request headers x-many|prop request headers x-missing|prop request headers :path|prop request headers X-ONE|answer",
    fields: [
      ["x-one", "1"],
      ["x-many", "a"],
      ["x-many", "b"],
    ],
  },
  {
    name: "unknown properties",
    script:
      "prop nothing|prop request nothing|prop source nothing|prop request path more|prop connection nothing|answer",
  },
  { name: "the empty path", script: "prop|prop %|answer" },
  { name: "a NUL at the end of the path", script: "prop request path%00|prop request path%00%00|answer" },
  {
    name: "a connection without TLS",
    script:
      "prop connection mtls|prop connection requested_server_name|prop connection uri_san_peer_certificate|prop connection tls_version|prop connection subject_peer_certificate|answer",
  },
  { name: "names of the plugin", script: "prop plugin_name|prop plugin_root_id|prop plugin_vm_id|answer" },
  {
    name: "filter state of a filter ahead",
    script: "prop filter_state probe.remote|prop filter_state missing|answer",
  },
  {
    name: "state of its own",
    script:
      "setprop mine value|prop mine|prop filter_state wasm.mine|prop mine more|setprop mine other|prop mine|setprop empty %|prop empty|answer",
  },
  {
    name: "state under a path with a NUL",
    script: "setprop a%00b value|prop a b|prop filter_state wasm.a%00b|prop a|answer",
  },
  {
    name: "state under the name of an attribute",
    script:
      "setprop plugin_name mine|prop plugin_name|setprop source mine|prop source nothing|prop filter_state wasm.source|answer",
  },
  { name: "binary state", script: "setprop bin %00%ff%80|prop bin|answer" },
  {
    name: "properties after the headers are out of reach",
    script: `cont 0|prop request path|prop request headers x-script|prop plugin_root_id|header 0|log 3 PROBE%20x|return 1`,
  },
];

const localResponses: ParityCase[] = [
  { name: "status and body", script: "reply 401 details text" },
  { name: "no body", script: "reply 403 details %" },
  {
    name: "header fields of its own",
    script: "reply 401 d text x-probe-a 1 x-probe-a 2 X-Probe-B 3 content-type application/json",
  },
  { name: "content-length of its own is corrected", script: "reply 401 d text content-length 99" },
  {
    name: "no body takes content-type and content-length away",
    script: "reply 401 d % content-type text/html content-length 7",
  },
  { name: "www-authenticate", script: "reply 401 d text x-probe-www Bearer" },
  { name: "it stops whatever is returned", script: "reply 401 d text|return 0" },
  { name: "it stops with pause, too", script: "reply 401 d text|return 1" },
  { name: "of two responses the first one counts", script: "reply 401 a one|reply 403 b two" },
  {
    name: "it passes the filter's own response callback",
    script: "reply 401 d text",
    onResponse: "pairs 2|get 2 :status|get 2 content-type|set 2 x-probe-seen yes|del 2 content-type|header 2",
  },
  {
    name: "a response without a body in the filter's own response callback",
    script: "reply 403 d %",
    onResponse: "pairs 2|header 2",
  },
  { name: "malformed additional pairs", script: "reply 401 d text odd" },
  { name: "after add", script: "add 0 x-a b|reply 200 d ok" },
];

const streams: ParityCase[] = [
  { name: "plain continue", script: "" },
  {
    name: "continue_stream of unknown types",
    script: "cont 4|cont -1|cont 2|cont 3|close 4|close -1|answer",
  },
  {
    name: "effective contexts",
    script:
      "eff 0|eff 999999|eff @|get 0 :path|eff 1|get 0 :path|prop request path|prop plugin_root_id|setprop a b|eff @|get 0 :path|answer",
  },
  {
    name: "local response from the root context is lost",
    script: "eff 1|reply 401 d text|cont 0|eff @|answer",
  },
  { name: "close_stream", script: "close 0|return 1" },
  { name: "done without shutdown", script: "done|answer" },
  { name: "arguments outside of memory", script: "outside|answer" },
  {
    name: "response headers of the upstream",
    script: "",
    onResponse:
      "get 2 :status|get 2 x-upstream|get 0 :path|set 2 x-probe-added 1|del 2 x-upstream-2|size 0|header 2",
  },
];

const buffers: ParityCase[] = [
  { name: "no body", script: "bufstatus 0|buf 0 0 10|bufstatus 1|buf 1 0 10|answer" },
  {
    name: "buffers that are not there",
    script:
      "bufstatus 4|buf 4 0 10|bufstatus 7|buf 7 0 10|bufstatus 9|buf 9 0 1|buf -1 0 1|setbuf 9 0 0 x|answer",
  },
  { name: "VM configuration", script: "bufstatus 6|buf 6 0 10|answer" },
  { name: "writing to what cannot be written", script: "setbuf 4 0 0 x|setbuf 7 0 0 x|answer" },
  {
    name: "root context's buffers",
    script: "eff 1|bufstatus 7|buf 7 0 100|bufstatus 6|bufstatus 4|eff @|answer",
  },
];

const shared: ParityCase[] = [
  {
    name: "shared data with CAS",
    script:
      "sdget sd-a|sdset sd-a one 0|sdget sd-a|sdset sd-a two @|sdset sd-a three @|sdget sd-a|sdset sd-a four 0|sdget sd-a|sdset sd-a five 4000000000|answer",
  },
  { name: "a new key takes any CAS", script: "sdset sd-b one 12345|sdget sd-b|answer" },
  {
    name: "binary and empty values",
    script: "sdset sd-c %00%ff%80 0|sdget sd-c|sdset sd-c % 0|sdget sd-c|sdset % empty-key 0|sdget %|answer",
  },
  {
    name: "queues",
    script: "qres % q1|qreg q1|qres % q1|qres probe-vm q1|qres other q1|qenq 999999 x|qdeq 999999|answer",
  },
  { name: "items of a queue", script: "qreg q2|qenq @ one|qenq @ %00two|qdeq @|qdeq @|qdeq @|answer" },
];

const metrics: ParityCase[] = [
  {
    name: "a counter",
    script: "def 0 probe.counter|met @|inc @ 5|met @|inc @ 0|inc @ -1|rec @ 7|met @|answer",
  },
  { name: "a gauge", script: "def 1 probe.gauge|met @|inc @ 5|inc @ -2|met @|rec @ 40|met @|answer" },
  { name: "a histogram", script: "def 2 probe.histogram|rec @ 5|inc @ 5|met @|answer" },
  {
    name: "unknown metrics",
    script:
      "def 3 x|def -1 x|inc 4000 1|inc 4001 1|inc 4002 1|inc 4003 1|rec 4000 1|rec 4001 1|rec 4002 1|rec 4003 1|met 4000|met 4001|met 4002|met 4003|answer",
  },
  { name: "the same name twice", script: "def 0 probe.twice|inc @ 1|def 0 probe.twice|inc @ 2|met @|answer" },
];

const calls: ParityCase[] = [
  {
    name: "an answer to a paused request",
    script: `${CALL}|park`,
    onCall:
      "get 6 :status|get 6 x-text|get 6 x-missing|size 6|add 6 a b|bufstatus 4|buf 4 0 100|buf 4 1 2|buf 4 4 100|buf 4 5 1|buf 4 9 1|pairs 7|get 7 x|status|get 0 :path|eff @|get 0 :path|get 6 :status|buf 4 0 3|answer",
  },
  {
    name: "header fields changed in the callback, then continue",
    script: `${CALL}|park`,
    onCall: "eff @|add 0 x-late 1|del 0 x-old|prop request path|cont 0|header 0|add 0 x-too-late 1",
    fields: [["x-old", "1"]],
  },
  { name: "local response in the callback", script: `${CALL}|park`, onCall: "eff @|reply 403 d no" },
  {
    name: "local response without set_effective_context is lost, continue too",
    script: `${CALL}|park`,
    onCall: "reply 403 d no|cont 0|eff @|add 0 x-then 1|cont 0",
  },
  {
    name: "a cluster without hosts",
    script: "call empty 1000 % :method GET :path / :authority a|answer",
    onCall: "log 3 PROBE%20inline|eff @|reply 500 d inline",
  },
  {
    name: "a cluster without hosts, and the call after it",
    script: `call empty 1000 % :method GET :path / :authority a|${CALL}|park`,
    onCall: "status|get 6 :status|eff @|answer",
  },
  {
    name: "a host that refuses connections",
    // Before, the text had the reason of the transport behind it (seen on 1.36.4).
    sinceMinor: 40,
    script: "call dead 1000 % :method GET :path / :authority a|park",
    onCall: "get 6 :status|get 6 content-type|bufstatus 4|status|eff @|answer",
  },
  {
    name: "a connection that breaks",
    script: "call up 1000 % :method GET :path /break :authority a|park",
    onCall: "get 6 :status|bufstatus 4|buf 4 0 10|status|pairs 6|size 6|eff @|answer",
  },
  {
    name: "a connection that breaks in the body",
    script: "call up 1000 % :method GET :path /cut :authority a|park",
    onCall: "get 6 :status|bufstatus 4|buf 4 0 10|status|pairs 6|size 6|eff @|reply 403 d no",
    onResponse: "get 6 :status|bufstatus 4|status|header 2",
  },
  {
    name: "what was received is there while the answers of the callback are given",
    script: `${CALL}|park`,
    onCall: "eff @|reply 403 d no",
    onResponse: "get 6 :status|get 6 x-text|bufstatus 4|buf 4 0 10|status|header 2",
  },
  {
    name: "a call of the response callback",
    script: "reply 403 d no",
    onResponse: `${CALL}|call nowhere 1000 % :method GET :path / :authority a|call empty 1000 % :method GET :path / :authority a|header 2`,
  },
  {
    name: "a call of the callback of a call",
    script: `${CALL}|park`,
    onCall: `${CALL}|call empty 1000 % :method GET :path / :authority a|eff @|answer`,
  },
  {
    name: "an endless timeout",
    script: "call up 0 % :method GET :path /text :authority a|park",
    onCall: "get 6 :status|eff @|answer",
  },
  {
    name: "a call with a body, and with fields that are the client's own",
    script: "call up 1000 body :method POST :path /text :authority a content-length 99 connection close|park",
    onCall: "get 6 :status|eff @|answer",
  },
  { name: "unknown cluster", script: "call nowhere 1000 % :method GET :path / :authority a|answer" },
  {
    name: "missing pseudo header fields",
    script:
      "call up 1000 % :path / :authority a|call up 1000 % :method GET :authority a|call up 1000 % :method GET :path /|call up 1000 %|answer",
  },
  { name: "host instead of :authority", script: "call up 1000 % :method GET :path /text host a|answer" },
  { name: "a negative timeout", script: "call up -1 % :method GET :path / :authority a|answer" },
  {
    name: "timeout",
    script: "call up 100 % :method GET :path /hang :authority a|park",
    onCall: "get 6 :status|get 6 content-type|buf 4 0 100|status|eff @|answer",
  },
  {
    name: "foreign functions that do not exist or take nothing",
    script: "foreign unknown x|foreign clear_route_cache|answer",
  },
  {
    name: "verify_signature with arguments that are no message, or without a key",
    script:
      "foreign verify_signature %ff|foreign verify_signature|foreign verify_signature %0a%06sha256|answer",
    // 1.36 answers Ok with the result false.
    sinceMinor: 40,
  },
];

const system: ParityCase[] = [
  { name: "log levels", script: "level|log 6 x|log -1 x|log 3 PROBE%20line|answer" },
  { name: "clock", script: "time|answer" },
  { name: "status without a call", script: "status|answer" },
  { name: "ticks", script: "tick 0|answer" },
];

/** What may be asked for at moments at which there is nothing to be had, or nobody to do it for. */
const moments: ParityCase[] = [
  { name: "let on, then answered", script: "cont 0|reply 401 d text" },
  { name: "answered, then let on", script: "reply 401 d text|cont 0" },
  // Neither "closed, then answered" nor "answered, then closed": both end Envoy 1.40.0 itself.
  { name: "let on twice", script: "cont 0|cont 0|return 1" },
  {
    name: "let on in a paused callback's call, twice",
    script: `${CALL}|park`,
    onCall: "eff @|cont 0|cont 0",
  },
  {
    name: "let on, then answered, in a call",
    script: `${CALL}|park`,
    onCall: "eff @|cont 0|reply 401 d text",
  },
  {
    name: "answered, then let on, in a call",
    script: `${CALL}|park`,
    onCall: "eff @|reply 401 d text|cont 0",
  },
  {
    name: "request header fields in the response callback",
    script: "reply 401 d text",
    onResponse:
      "get 0 :path|size 0|add 0 x-a b|pairs 0|prop request path|setprop late value|prop late|header 2",
  },
  {
    name: "request header fields in the response callback, after a call",
    script: `${CALL}|park`,
    onCall: "eff @|reply 401 d text",
    onResponse: "get 0 :path|size 0|add 0 x-a b|prop request path|header 2",
  },
  {
    name: "request header fields after the request went on",
    script: "",
    onResponse: "get 0 :path|size 0|add 0 x-a b|pairs 0|prop request path|cont 0|header 2",
  },
  { name: "a body of 100 KB", script: `reply 200 d ${"x".repeat(10_000)}` },
  {
    name: "a header field of 20 KB",
    script: `set 0 x-long ${"y".repeat(20_000)}|size 0|answer`,
  },
  { name: "shared data of 20 KB", script: `sdset long ${"z".repeat(20_000)} 0|sdget long|answer` },
  { name: "state of 20 KB", script: `setprop long ${"z".repeat(20_000)}|prop long|answer` },
  { name: "a status that is none", script: "reply 99 d text" },
  { name: "status 600", script: "reply 600 d text" },
  { name: "status 204 with a body", script: "reply 204 d text" },
  {
    name: "header fields that HTTP forbids",
    script: "add 0 x%00y 1|add 0 x-b a%0ab|get 0 x-b|pairs 0|answer",
  },
];

/**
 * What the end of a stream may ask for: for x-on-end. Not to let its own stream on, to close it or to answer: in on_log that makes Envoy 1.40.0 end
 * the stream anew, thousands of times, and then itself.
 */
export const endScripts: Readonly<Record<string, string>> = {
  "header fields": "get 0 :path|get 2 :status|size 0|size 2|add 0 x-a b|set 2 x-a b|get 1 x|get 6 x",
  properties:
    "prop request path|prop plugin_root_id|setprop late value|prop late|prop filter_state wasm.late",
  calls: `${CALL}|call nowhere 1000 % :method GET :path / :authority a|call empty 1000 % :method GET :path / :authority a|foreign clear_route_cache`,
  buffers: "bufstatus 0|buf 0 0 1|bufstatus 1|bufstatus 4|bufstatus 7|setbuf 0 0 0 x",
  "shared state": "sdset end one 0|sdget end|status|eff 1|eff 999999|done",
};

export const parityCases: readonly ParityCase[] = [
  ...headerReads,
  ...headerChanges,
  ...inlineFields,
  ...inlineFieldsOfClients,
  ...properties,
  ...localResponses,
  ...streams,
  ...buffers,
  ...shared,
  ...metrics,
  ...calls,
  ...moments,
  ...system,
];
