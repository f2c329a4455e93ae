/**
 * Capital letters of texts: ASCII's alone, as the host and HTTP take them for small ones (RFC 9110 §5.1, RFC 3986 §3.2.2). `toLowerCase` would bring
 * the tables of all alphabets, and make a k of the Kelvin sign.
 */
export function lowerCaseText(text: string): string {
  const units = new Array<i32>(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units[i] = unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
  }
  return String.fromCharCodes(units);
}
