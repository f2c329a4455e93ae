// X.509 (RFC 5280 §4.1) in DER: just what certificates of tests need.

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
export const integer = (value: number) => der(0x02, Buffer.from([value]));
export const octets = (content: Buffer) => der(0x04, content);
export const text = (tag: number, value: string) => der(tag, Buffer.from(value, "utf8"));
export const identifier = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
export const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);

/** A name of one attribute, or of none. */
export function commonName(value: string | undefined): Buffer {
  if (value === undefined) return sequence();
  return sequence(der(0x31, sequence(identifier("550403"), text(0x0c, value))));
}

/** A certificate's armour (RFC 7468). */
export function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
