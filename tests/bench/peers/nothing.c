// A dynamic module of Envoy that does nothing at every event of a request: what the way of calling costs by itself. The wasm filter beside it does as little.
// Names are those that Envoy 1.40 looks up in the shared object; what is not called here has no parameters.
#include <stdbool.h>

#define CONTINUE 0
#define EVENT(name) envoy_dynamic_module_on_http_filter_##name

static int instance;

// The version of the interface: Envoy warns where it is not its own, and goes on.
const char *envoy_dynamic_module_on_program_init(void) { return "v0.1.0"; }

const void *EVENT(config_new)(void) { return &instance; }
void EVENT(config_destroy)(void) {}
const void *EVENT(new)(void) { return &instance; }
void EVENT(destroy)(void) {}
int EVENT(request_headers)(void) { return CONTINUE; }
int EVENT(request_body)(void) { return CONTINUE; }
int EVENT(request_trailers)(void) { return CONTINUE; }
int EVENT(response_headers)(void) { return CONTINUE; }
int EVENT(response_body)(void) { return CONTINUE; }
int EVENT(response_trailers)(void) { return CONTINUE; }
void EVENT(stream_complete)(void) {}
void EVENT(scheduled)(void) {}
void EVENT(http_callout_done)(void) {}
void EVENT(http_stream_headers)(void) {}
void EVENT(http_stream_data)(void) {}
void EVENT(http_stream_trailers)(void) {}
void EVENT(http_stream_complete)(void) {}
void EVENT(http_stream_reset)(void) {}
void EVENT(downstream_above_write_buffer_high_watermark)(void) {}
void EVENT(downstream_below_write_buffer_low_watermark)(void) {}
