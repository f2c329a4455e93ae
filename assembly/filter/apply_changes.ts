/** Makes the real request headers those of the header list. */
import { addHeader, HeaderMap, removeHeader, replaceHeader } from "../abi/headers";
import { HeaderList, HeaderState } from "../request/header_list";

/** Removals first, so that a header which the client sent and the filter writes ends up as the filter wrote it. */
export function applyChanges(headers: HeaderList): void {
  if (!headers.changed) return;
  const count = headers.count;
  for (let i: u32 = 0; i < count; i++) {
    const state = headers.state(i);
    // A host call removes all headers of the name, and the list has marked them all.
    if (state == HeaderState.Removed) removeHeader(HeaderMap.RequestHeaders, headers.name(i));
    else if (state == HeaderState.Replaced)
      replaceHeader(HeaderMap.RequestHeaders, headers.name(i), headers.value(i));
  }
  for (let i: u32 = 0; i < count; i++) {
    if (headers.state(i) == HeaderState.Added)
      addHeader(HeaderMap.RequestHeaders, headers.name(i), headers.value(i));
  }
}
