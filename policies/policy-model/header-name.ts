// Names of header fields.

/** What they and methods are made of, for a class of an expression (RFC 9110 §5.6.2, tchar). */
export const tokenCharacters = "!#$%&'*+.^_`|~0-9A-Za-z-";

const headerName = new RegExp(`^[${tokenCharacters}]+$`);

export function isHeaderName(name: string): boolean {
  return headerName.test(name);
}
