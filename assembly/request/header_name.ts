/** Names of headers as configurations write them. */
import { lowerCaseText } from "../memory/text_case";

/**
 * The name under which the host files a header: lower case, and Host is `:authority` (Envoy header_map_impl.cc), so whoever reads,
 * writes or removes it means that one.
 */
export function hostedName(name: string): string {
  const lower = lowerCaseText(name);
  return lower == "host" ? ":authority" : lower;
}
