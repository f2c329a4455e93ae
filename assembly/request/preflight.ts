/** CORS preflight requests: browsers send them without credentials, so native lets them pass authentication (bypass_cors_preflight). */
import { utf8 } from "../memory/persistent";
import { Span, spanEquals, spanLength } from "../memory/span";
import { HeaderList } from "./header_list";

const METHOD = utf8(":method");
const OPTIONS = utf8("OPTIONS");
const ORIGIN = utf8("origin");
const REQUEST_METHOD = utf8("access-control-request-method");

/** `OPTIONS` with an `Origin` and an `Access-Control-Request-Method`, neither empty (Envoy jwt_authn filter.cc, isCorsPreflightRequest). */
export function isCorsPreflight(headers: HeaderList): bool {
  return (
    spanEquals(value(headers, METHOD), OPTIONS) &&
    spanLength(value(headers, ORIGIN)) > 0 &&
    spanLength(value(headers, REQUEST_METHOD)) > 0
  );
}

// @ts-ignore: decorator
@inline
function value(headers: HeaderList, name: Span): Span {
  const index = headers.find(name);
  return index < 0 ? 0 : headers.value(index);
}
