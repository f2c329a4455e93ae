/**
 * Protected resources (RFC 9728): what the filter tells a client of one, the challenges of its refusals, and which tokens are meant for it.
 * Everything that a client is told is made of the configuration alone, when it is read: nothing of a request gets into it.
 */
import {
  Span,
  spanAddress,
  spanEquals,
  spanEqualsIgnoreCase,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { utf8 } from "../../memory/persistent";
import { HeaderList } from "../../request/header_list";
import { pathOf } from "../../policy/evaluation/evaluate";

const METHOD = utf8(":method");
const GET = utf8("GET");
const HEAD = utf8("HEAD");
const OPTIONS = utf8("OPTIONS");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");

export class ProtectedResource {
  constructor(
    /** Path of the resource, without a slash at its end: empty for a whole host. */
    readonly path: Span,
    /** Hosts, without port; empty: whatever host the client names. */
    readonly hosts: StaticArray<Span>,
    /** Bare audiences (token/audience.ts), one of which a token must name. */
    readonly audiences: StaticArray<Span>,
    /** Scopes that a client may be told. */
    readonly scopes: StaticArray<Span>,
    /** Where the metadata is, and what it is: RFC 9728 §3.1, §3.2. */
    readonly metadataPath: Span,
    readonly metadata: Span,
    /** `Bearer resource_metadata="…"`, to which the rest of a challenge is added. */
    readonly challenge: Span,
    /** Scopes that a client without token is told to ask for, with blanks between them; empty: nothing. */
    readonly firstScopes: Span,
  ) {}

  /** Whether a request for this path is one for the resource: the path itself, and all below it. */
  takesPath(path: Span): bool {
    const length = spanLength(this.path);
    if (!spanStartsWith(path, this.path)) return false;
    return spanLength(path) == length || load<u8>(spanAddress(path) + <usize>length) == 0x2f;
  }

  takesHost(authority: Span): bool {
    if (this.hosts.length == 0) return true;
    const host = withoutPort(authority);
    for (let i = 0; i < this.hosts.length; i++) {
      if (spanEqualsIgnoreCase(unchecked(this.hosts[i]), host)) return true;
    }
    return false;
  }
}

/** After `find`: whether the request is one for the metadata of what was found. */
export let asksMetadata: bool = false;

export class ProtectedResources {
  constructor(readonly resources: StaticArray<ProtectedResource>) {}

  /** The resource that a request is for, of several the one with the longest path, or whose metadata it asks for; null if there is none. */
  find(headers: HeaderList): ProtectedResource | null {
    asksMetadata = false;
    const path = pathOf(headers.joined(PATH));
    const authority = headers.joined(AUTHORITY);
    let found: ProtectedResource | null = null;
    let length: i32 = -1;
    for (let i = 0; i < this.resources.length; i++) {
      const resource = unchecked(this.resources[i]);
      const isMetadata = spanEquals(path, resource.metadataPath) && isRead(headers);
      if (!(isMetadata || (<i32>spanLength(resource.path) > length && resource.takesPath(path)))) continue;
      if (!resource.takesHost(authority)) continue;
      found = resource;
      length = spanLength(resource.path);
      asksMetadata = isMetadata;
      if (isMetadata) break;
    }
    return found;
  }
}

/** GET and HEAD, and the OPTIONS that browsers send first. */
function isRead(headers: HeaderList): bool {
  const method = headers.joined(METHOD);
  return spanEquals(method, GET) || spanEquals(method, HEAD) || spanEquals(method, OPTIONS);
}

/** The authority without `:port`; an IPv6 address keeps its colons. */
function withoutPort(authority: Span): Span {
  for (let i = spanLength(authority); i > 0; i--) {
    const byte = load<u8>(spanAddress(authority) + <usize>i - 1);
    if (byte == 0x3a) return subspan(authority, 0, i - 1);
    if (byte - 0x30 >= 10) break;
  }
  return authority;
}
