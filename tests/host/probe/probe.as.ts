/**
 * A filter that does what a request tells it to: the header x-script holds a list of host calls, and the answer lists the status
 * and the values that each call gave. The same script run in Envoy and in host/ must give the same answer (tests/host/).
 *
 * A script is operations separated by "|", an operation is words separated by spaces, and in a word %XX is a byte. Beside
 * x-script (run in on_request_headers), x-on-call runs in the callback of a dispatched call, with the answer continuing the one of
 * the request, x-on-response in on_response_headers, and x-on-end in each of on_log, on_done and on_delete, with the answers logged. The plugin configuration is a script for on_configure, its result is
 * logged.
 */

// @ts-ignore: decorator
@external("env", "proxy_log") declare function proxy_log(level: i32, at: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_log_level") declare function proxy_get_log_level(out: usize): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_current_time_nanoseconds") declare function proxy_get_current_time_nanoseconds(
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_tick_period_milliseconds") declare function proxy_set_tick_period_milliseconds(
  period: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_property") declare function proxy_get_property(
  p: usize,
  ps: i32,
  v: usize,
  vs: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_property") declare function proxy_set_property(
  p: usize,
  ps: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_status") declare function proxy_get_status(code: usize, v: usize, vs: usize): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_header_map_value") declare function proxy_get_header_map_value(
  m: i32,
  k: usize,
  ks: i32,
  v: usize,
  vs: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_add_header_map_value") declare function proxy_add_header_map_value(
  m: i32,
  k: usize,
  ks: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_replace_header_map_value") declare function proxy_replace_header_map_value(
  m: i32,
  k: usize,
  ks: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_remove_header_map_value") declare function proxy_remove_header_map_value(
  m: i32,
  k: usize,
  ks: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_header_map_pairs") declare function proxy_get_header_map_pairs(
  m: i32,
  v: usize,
  vs: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_header_map_pairs") declare function proxy_set_header_map_pairs(
  m: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_header_map_size") declare function proxy_get_header_map_size(
  m: i32,
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_buffer_bytes") declare function proxy_get_buffer_bytes(
  b: i32,
  start: i32,
  length: i32,
  v: usize,
  vs: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_buffer_status") declare function proxy_get_buffer_status(
  b: i32,
  length: usize,
  flags: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_buffer_bytes") declare function proxy_set_buffer_bytes(
  b: i32,
  start: i32,
  length: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_send_local_response") declare function proxy_send_local_response(
  status: i32,
  d: usize,
  ds: i32,
  b: usize,
  bs: i32,
  h: usize,
  hs: i32,
  grpc: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_continue_stream") declare function proxy_continue_stream(type: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_close_stream") declare function proxy_close_stream(type: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_http_call") declare function proxy_http_call(
  c: usize,
  cs: i32,
  h: usize,
  hs: i32,
  b: usize,
  bs: i32,
  t: usize,
  ts: i32,
  timeout: i32,
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_shared_data") declare function proxy_get_shared_data(
  k: usize,
  ks: i32,
  v: usize,
  vs: usize,
  cas: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_shared_data") declare function proxy_set_shared_data(
  k: usize,
  ks: i32,
  v: usize,
  vs: i32,
  cas: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_register_shared_queue") declare function proxy_register_shared_queue(
  n: usize,
  ns: i32,
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_resolve_shared_queue") declare function proxy_resolve_shared_queue(
  vm: usize,
  vms: i32,
  n: usize,
  ns: i32,
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_dequeue_shared_queue") declare function proxy_dequeue_shared_queue(
  token: i32,
  v: usize,
  vs: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_enqueue_shared_queue") declare function proxy_enqueue_shared_queue(
  token: i32,
  v: usize,
  vs: i32,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_define_metric") declare function proxy_define_metric(
  type: i32,
  n: usize,
  ns: i32,
  out: usize,
): i32;
// @ts-ignore: decorator
@external("env", "proxy_increment_metric") declare function proxy_increment_metric(id: i32, offset: i64): i32;
// @ts-ignore: decorator
@external("env", "proxy_record_metric") declare function proxy_record_metric(id: i32, value: i64): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_metric") declare function proxy_get_metric(id: i32, out: usize): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_effective_context") declare function proxy_set_effective_context(id: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_done") declare function proxy_done(): i32;
// @ts-ignore: decorator
@external("env", "proxy_call_foreign_function") declare function proxy_call_foreign_function(
  n: usize,
  ns: i32,
  a: usize,
  as_: i32,
  v: usize,
  vs: usize,
): i32;

const OUT: usize = memory.data(64);
const NO_VALUE: u32 = 0xffffffff;

/** Everything that a stream keeps between its callbacks. */
class StreamState {
  answer: string = "";
  onCall: string = "";
  onResponse: string = "";
  onEnd: string = "";
}

const streams = new Map<i32, StreamState>();
const callers = new Map<i32, i32>();
let lastCas: u32 = 0;
let lastToken: u32 = 0;
let lastMetric: u32 = 0;
let parked: i32 = 0;
/** Streams that `join` has paused, in order. */
let crowd: i32[] = [];
/** What the running callback returns. */
let verdict: i32 = 0;
/** Whether the answer of the running script is logged instead of sent. */
let answer: string = "";

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: i32, root: i32): void {
  if (root != 0) streams.set(id, new StreamState());
}

export function proxy_on_vm_start(_id: i32, _size: i32): i32 {
  return 1;
}

export function proxy_on_configure(id: i32, size: i32): i32 {
  if (size == 0) return 1;
  proxy_get_buffer_bytes(7, 0, size, OUT, OUT + 4);
  const script = takeBytes();
  verdict = 1;
  answer = "";
  run(id, script);
  say("configure", answer);
  return verdict;
}

export function proxy_on_tick(id: i32): void {
  say("tick", "");
  proxy_set_tick_period_milliseconds(0);
}

export function proxy_on_queue_ready(_id: i32, token: i32): void {
  answer = "";
  status("qdeq", proxy_dequeue_shared_queue(token, OUT, OUT + 4));
  value();
  say("queue", answer);
}

export function proxy_on_request_headers(id: i32, headers: i32, endOfStream: i32): i32 {
  const state = streams.get(id);
  state.onCall = header("x-on-call");
  state.onResponse = header("x-on-response");
  state.onEnd = header("x-on-end");
  answer = "headers " + headers.toString() + " end " + endOfStream.toString() + "\n";
  verdict = 0;
  run(id, header("x-script"));
  state.answer = answer;
  return verdict;
}

export function proxy_on_response_headers(id: i32, headers: i32, endOfStream: i32): i32 {
  const state = streams.get(id);
  if (state.onResponse == "") return 0;
  answer = "headers " + headers.toString() + " end " + endOfStream.toString() + "\n";
  verdict = 0;
  run(id, state.onResponse);
  return verdict;
}

export function proxy_on_http_call_response(
  id: i32,
  token: i32,
  headers: i32,
  bodySize: i32,
  trailers: i32,
): void {
  if (!callers.has(token)) {
    say("stray", "");
    return;
  }
  const caller = callers.get(token);
  callers.delete(token);
  if (!streams.has(caller)) {
    say("orphan", "eff " + proxy_set_effective_context(caller).toString());
    return;
  }
  const state = streams.get(caller);
  answer =
    state.answer +
    "call headers " +
    headers.toString() +
    " body " +
    bodySize.toString() +
    " trailers " +
    trailers.toString() +
    "\n";
  run(caller, state.onCall);
}

export function proxy_on_log(id: i32): void {
  if (end("log", id)) return;
  answer = "";
  status("get", get(0, "x-script"));
  status("get", get(0, "x-missing"));
  status("get", get(2, ":status"));
  value();
  status("get", get(1, "x"));
  status("add", change("add", 0, "x-a", "b"));
  if (streams.has(id) && streams.get(id).onResponse == "lifecycle") say("log", answer);
}

export function proxy_on_done(id: i32): i32 {
  if (end("done", id)) return 1;
  if (streams.has(id) && streams.get(id).onResponse == "lifecycle") say("done", "");
  return 1;
}

export function proxy_on_delete(id: i32): void {
  end("delete", id);
  if (streams.has(id) && streams.get(id).onResponse == "lifecycle") say("delete", "");
  streams.delete(id);
}

/** Runs the script for the end of a stream, and logs its answer. @returns false if there is none */
function end(what: string, id: i32): bool {
  if (!streams.has(id) || streams.get(id).onEnd == "") return false;
  answer = "";
  run(id, streams.get(id).onEnd);
  say(what, answer);
  return true;
}

/** Runs one script on behalf of context `id`. */
function run(id: i32, script: string): void {
  if (script == "") return;
  const operations = script.split("|");
  for (let i = 0; i < operations.length; i++) operate(id, operations[i].trim().split(" "));
}

function operate(id: i32, w: string[]): void {
  const op = w[0];
  if (op == "get") {
    status(op, get(int(w[1]), bytes(w[2])));
    value();
  } else if (op == "add" || op == "set" || op == "del") {
    status(op, change(op, int(w[1]), bytes(w[2]), w.length > 3 ? bytes(w[3]) : ""));
  } else if (op == "pairs") {
    fresh();
    status(op, proxy_get_header_map_pairs(int(w[1]), OUT, OUT + 4));
    value();
  } else if (op == "setpairs") {
    const data = pairs(w, 2);
    status(op, proxy_set_header_map_pairs(int(w[1]), at(data), data.length));
  } else if (op == "setraw") {
    const data = raw(bytes(w[2]));
    status(op, proxy_set_header_map_pairs(int(w[1]), at(data), data.length));
  } else if (op == "size") {
    fresh();
    status(op, proxy_get_header_map_size(int(w[1]), OUT));
    number();
  } else if (op == "buf") {
    fresh();
    status(op, proxy_get_buffer_bytes(int(w[1]), int(w[2]), int(w[3]), OUT, OUT + 4));
    value();
  } else if (op == "bufstatus") {
    fresh();
    status(op, proxy_get_buffer_status(int(w[1]), OUT, OUT + 4));
    number();
  } else if (op == "setbuf") {
    const data = raw(bytes(w[4]));
    status(op, proxy_set_buffer_bytes(int(w[1]), int(w[2]), int(w[3]), at(data), data.length));
  } else if (op == "prop") {
    let path = "";
    for (let i = 1; i < w.length; i++) path += (i > 1 ? "\0" : "") + bytes(w[i]);
    const data = raw(path);
    fresh();
    status(op, proxy_get_property(at(data), data.length, OUT, OUT + 4));
    value();
  } else if (op == "setprop") {
    const path = raw(bytes(w[1]));
    const data = raw(bytes(w[2]));
    status(op, proxy_set_property(at(path), path.length, at(data), data.length));
  } else if (op == "sdget") {
    const key = raw(bytes(w[1]));
    fresh();
    status(op, proxy_get_shared_data(at(key), key.length, OUT, OUT + 4, OUT + 8));
    value();
    lastCas = load<u32>(OUT + 8);
  } else if (op == "sdset") {
    const key = raw(bytes(w[1]));
    const data = raw(bytes(w[2]));
    const cas = w[3] == "@" ? lastCas : <u32>int(w[3]);
    status(op, proxy_set_shared_data(at(key), key.length, at(data), data.length, cas));
  } else if (op == "qreg") {
    const name = raw(bytes(w[1]));
    status(op, proxy_register_shared_queue(at(name), name.length, OUT));
    lastToken = load<u32>(OUT);
  } else if (op == "qres") {
    const vm = raw(bytes(w[1]));
    const name = raw(bytes(w[2]));
    store<u32>(OUT, lastToken);
    status(op, proxy_resolve_shared_queue(at(vm), vm.length, at(name), name.length, OUT));
    lastToken = load<u32>(OUT);
  } else if (op == "qenq") {
    const data = raw(bytes(w[2]));
    status(op, proxy_enqueue_shared_queue(w[1] == "@" ? lastToken : int(w[1]), at(data), data.length));
  } else if (op == "qdeq") {
    fresh();
    status(op, proxy_dequeue_shared_queue(w[1] == "@" ? lastToken : int(w[1]), OUT, OUT + 4));
    value();
  } else if (op == "tick") {
    status(op, proxy_set_tick_period_milliseconds(int(w[1])));
  } else if (op == "call") {
    const cluster = raw(bytes(w[1]));
    const body = raw(bytes(w[3]));
    const headers = pairs(w, 4);
    status(
      op,
      proxy_http_call(
        at(cluster),
        cluster.length,
        at(headers),
        headers.length,
        at(body),
        body.length,
        0,
        0,
        int(w[2]),
        OUT,
      ),
    );
    if (load<u32>(OUT) != 0) callers.set(load<u32>(OUT), id);
    answer += load<u32>(OUT) != 0 ? " token\n" : " no token\n";
  } else if (op == "foreign") {
    const name = raw(bytes(w[1]));
    const argument = raw(w.length > 2 ? bytes(w[2]) : "");
    fresh();
    status(
      op,
      proxy_call_foreign_function(at(name), name.length, at(argument), argument.length, OUT, OUT + 4),
    );
    value();
  } else if (op == "def") {
    const name = raw(bytes(w[2]));
    status(op, proxy_define_metric(int(w[1]), at(name), name.length, OUT));
    lastMetric = load<u32>(OUT);
    answer += " type " + (lastMetric & 3).toString() + "\n";
  } else if (op == "inc") {
    status(op, proxy_increment_metric(w[1] == "@" ? lastMetric : int(w[1]), int(w[2])));
  } else if (op == "rec") {
    status(op, proxy_record_metric(w[1] == "@" ? lastMetric : int(w[1]), int(w[2])));
  } else if (op == "met") {
    store<u64>(OUT, 0);
    status(op, proxy_get_metric(w[1] == "@" ? lastMetric : int(w[1]), OUT));
    number();
  } else if (op == "level") {
    status(op, proxy_get_log_level(OUT));
    number();
  } else if (op == "log") {
    const text = raw(bytes(w[2]));
    status(op, proxy_log(int(w[1]), at(text), text.length));
  } else if (op == "time") {
    status(op, proxy_get_current_time_nanoseconds(OUT));
    answer += load<u64>(OUT) > 1700000000000000000 ? " plausible\n" : " wrong\n";
  } else if (op == "status") {
    fresh();
    status(op, proxy_get_status(OUT + 8, OUT, OUT + 4));
    answer += " code " + load<u32>(OUT + 8).toString();
    value();
  } else if (op == "reply") {
    const details = raw(bytes(w[2]));
    const body = raw(bytes(w[3]));
    const headers = pairs(w, 4);
    status(
      op,
      proxy_send_local_response(
        int(w[1]),
        at(details),
        details.length,
        at(body),
        body.length,
        at(headers),
        headers.length,
        -1,
      ),
    );
  } else if (op == "answer") {
    const body = raw(answer);
    proxy_send_local_response(200, 0, 0, at(body), body.length, 0, 0, -1);
  } else if (op == "header") {
    // Puts the answer so far into a header field of map w[1].
    change("set", int(w[1]), "x-answer", answer.replaceAll("\n", ";"));
  } else if (op == "eff") {
    status(op, proxy_set_effective_context(w[1] == "@" ? id : w[1] == "parked" ? parked : int(w[1])));
  } else if (op == "cont") {
    status(op, proxy_continue_stream(int(w[1])));
  } else if (op == "close") {
    status(op, proxy_close_stream(int(w[1])));
  } else if (op == "done") {
    status(op, proxy_done());
  } else if (op == "park") {
    parked = id;
    verdict = 1;
  } else if (op == "join") {
    crowd.push(id);
    verdict = 1;
  } else if (op == "crowd") {
    // Ends the wait of all that have joined: "cont", or "reply" with a status.
    const all = crowd;
    crowd = [];
    for (let i = 0; i < all.length; i++) {
      if (proxy_set_effective_context(all[i]) != 0) continue;
      if (w[1] == "cont") proxy_continue_stream(0);
      else proxy_send_local_response(int(w[2]), 0, 0, 0, 0, 0, 0, -1);
    }
    status(op, proxy_set_effective_context(id));
  } else if (op == "return") {
    verdict = int(w[1]);
  } else if (op == "outside") {
    // Memory outside of the VM: every kind of argument.
    status("log", proxy_log(2, 0xfffffff0, 100));
    status("get", proxy_get_header_map_value(0, 0xfffffff0, 100, OUT, OUT + 4));
    status("get", proxy_get_header_map_value(0, at(raw(":path")), 5, 0xfffffff0, OUT + 4));
    status("set", proxy_replace_header_map_value(0, OUT, 1, 0xfffffff0, 100));
    status("prop", proxy_get_property(0xfffffff0, 100, OUT, OUT + 4));
    status("time", proxy_get_current_time_nanoseconds(0xfffffff0));
    status("sdget", proxy_get_shared_data(0xfffffff0, 100, OUT, OUT + 4, OUT + 8));
    status("call", proxy_http_call(0xfffffff0, 100, 0, 0, 0, 0, 0, 0, 0, OUT));
    status("foreign", proxy_call_foreign_function(0xfffffff0, 100, 0, 0, OUT, OUT + 4));
    status("reply", proxy_send_local_response(200, 0xfffffff0, 100, 0, 0, 0, 0, -1));
  } else if (op == "trap") {
    unreachable();
  } else {
    answer += "unknown operation " + op + "\n";
  }
}

function get(map: i32, name: string): i32 {
  const key = raw(name);
  fresh();
  return proxy_get_header_map_value(map, at(key), key.length, OUT, OUT + 4);
}

function change(op: string, map: i32, name: string, text: string): i32 {
  const key = raw(name);
  const data = raw(text);
  if (op == "add") return proxy_add_header_map_value(map, at(key), key.length, at(data), data.length);
  if (op == "set") return proxy_replace_header_map_value(map, at(key), key.length, at(data), data.length);
  return proxy_remove_header_map_value(map, at(key), key.length);
}

function header(name: string): string {
  return get(0, name) == 0 ? takeBytes() : "";
}

/** Marks the two out-parameters of a value as not written. */
function fresh(): void {
  store<u32>(OUT, 0);
  store<u32>(OUT + 4, NO_VALUE);
}

function status(op: string, result: i32): void {
  answer += op + " " + result.toString() + "\n";
}

/** Adds the value that the host has handed over. */
function value(): void {
  if (load<u32>(OUT + 4) == NO_VALUE) answer += " -\n";
  else answer += " = " + escape(takeBytes()) + "\n";
}

function number(): void {
  answer += " " + load<u32>(OUT).toString() + "\n";
}

/** The bytes that the host has handed over, one character each. */
function takeBytes(): string {
  const from = <usize>load<u32>(OUT);
  const size = load<u32>(OUT + 4);
  let text = "";
  for (let i: u32 = 0; i < size; i++) text += String.fromCharCode(load<u8>(from + i));
  if (from != 0 && size != 0) heap.free(from);
  return text;
}

function escape(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 32 && c < 127 && c != 37) result += String.fromCharCode(c);
    else result += "%" + (c >> 4).toString(16) + (c & 15).toString(16);
  }
  return result;
}

/** A word with its %XX resolved, one character a byte. "%" alone is the empty word. */
function bytes(word: string): string {
  if (word == "%") return "";
  let result = "";
  for (let i = 0; i < word.length; i++) {
    if (word.charCodeAt(i) != 37) {
      result += word.charAt(i);
    } else {
      result += String.fromCharCode(<i32>parseInt(word.substr(i + 1, 2), 16));
      i += 2;
    }
  }
  return result;
}

function raw(text: string): Uint8Array {
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) result[i] = <u8>text.charCodeAt(i);
  return result;
}

function at(data: Uint8Array): usize {
  return data.dataStart;
}

function int(word: string): i32 {
  return <i32>parseInt(word);
}

/** Words from `from` on as names and values, serialised. */
function pairs(w: string[], from: i32): Uint8Array {
  const count = (w.length - from) / 2;
  let size = 4 + count * 8;
  for (let i = 0; i < count * 2; i++) size += bytes(w[from + i]).length + 1;
  const result = new Uint8Array(size);
  store<u32>(result.dataStart, count);
  let position = 4 + count * 8;
  for (let i = 0; i < count * 2; i++) {
    const text = bytes(w[from + i]);
    store<u32>(result.dataStart + 4 + i * 4, text.length);
    for (let j = 0; j < text.length; j++) result[position++] = <u8>text.charCodeAt(j);
    position++;
  }
  return result;
}

function say(what: string, text: string): void {
  const line = raw("PROBE " + what + " " + text.replaceAll("\n", ";"));
  proxy_log(3, at(line), line.length);
}

export function abort(_message: usize, _file: usize, _line: u32, _column: u32): void {
  unreachable();
}
