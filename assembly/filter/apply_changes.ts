/** Makes the real request headers those of the header list. */
import { addHeader, HeaderMap, removeHeader, replaceHeader } from "../abi/calls/headers";
import { Result } from "../abi/layout/result";
import { HeaderList, HeaderState } from "../request/header_list";

/**
 * Removals first, so that a header which the client sent and the filter writes ends up as the filter wrote it. False if the host refuses a
 * change: the upstream would take the client's word for the filter's.
 */
export function applyChanges(headers: HeaderList): bool {
  if (!headers.changed) return true;
  const count = headers.count;
  let result = Result.Ok;
  for (let i: u32 = 0; i < count; i++) {
    const state = headers.state(i);
    // A host call removes all headers of the name, and the list has marked them all.
    if (state == HeaderState.Removed) result = removeHeader(HeaderMap.RequestHeaders, headers.name(i));
    else if (state == HeaderState.Replaced)
      result = replaceHeader(HeaderMap.RequestHeaders, headers.name(i), headers.value(i));
    if (result != Result.Ok) return false;
  }
  for (let i: u32 = 0; i < count; i++) {
    if (headers.state(i) != HeaderState.Added) continue;
    if (addHeader(HeaderMap.RequestHeaders, headers.name(i), headers.value(i)) != Result.Ok) return false;
  }
  return true;
}
