/** Names of headers as configurations write them. */

/**
 * The name under which the host files a header: lower case, and Host is `:authority` (Envoy header_map_impl.cc), so whoever reads,
 * writes or removes it means that one.
 */
export function hostedName(name: string): string {
  const lower = name.toLowerCase();
  return lower == "host" ? ":authority" : lower;
}
