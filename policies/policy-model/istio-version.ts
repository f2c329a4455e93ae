// Istio's minor versions: which of them has a field.

/** `[1, 32]` */
export type IstioVersion = readonly [major: number, minor: number];

/** Reads `1.32`, `1.32.0` or `v1.32.0-rc.1`; undefined for anything else. */
export function istioVersion(text: string): IstioVersion | undefined {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})(?:[.-].*)?$/s.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** Whether `version` came out before `other`. */
export function isOlder(version: IstioVersion, other: IstioVersion): boolean {
  return version[0] < other[0] || (version[0] === other[0] && version[1] < other[1]);
}
