// Placeholder until the mTLS tables land.
export function serverCertificate(): { certificate: string; privateKey: string; authority: string } {
  throw new Error("no certificates yet");
}
export function clientCertificate(name: string): Promise<{ cert: string; key: string }> {
  return Promise.reject(new Error(`no certificate ${name}`));
}
