/** The parts of a jwksUri that a dispatched call needs. */
import { parseJwksUri } from "../../../../assembly/filter/endpoints/jwks_uri";
import { expectEqual, expectTrue } from "../../assertions/expect.as";

/** origin, authority, cluster in Istio, path; null means that the URI is refused. */
function expectParts(uri: string, expected: string | null): void {
  const parts = parseJwksUri(uri);
  const actual =
    parts === null
      ? "refused"
      : parts.origin + " " + parts.authority + " " + parts.istioCluster + " " + parts.path;
  expectEqual<string>(actual, expected === null ? "refused" : expected, uri);
}

export function uris(): void {
  expectParts(
    "https://idp.example.com/jwks",
    "https://idp.example.com idp.example.com outbound|443||idp.example.com /jwks",
  );
  expectParts(
    "http://idp.example.com/jwks",
    "http://idp.example.com idp.example.com outbound|80||idp.example.com /jwks",
  );
  expectParts("https://idp:8443/a/b?c=d", "https://idp:8443 idp:8443 outbound|8443||idp /a/b?c=d");
  expectParts("https://idp:443/", "https://idp idp:443 outbound|443||idp /");
  expectParts("https://idp", "https://idp idp outbound|443||idp /");
  expectParts("https://idp?x", "https://idp idp outbound|443||idp /?x");
  expectParts("https://idp#x", "https://idp idp outbound|443||idp /");
  expectParts("https://idp/a#x?y", "https://idp idp outbound|443||idp /a");
  expectParts("https://[::1]:8443/k", "https://[::1]:8443 [::1]:8443 outbound|8443||[::1] /k");
  expectParts("https://[::1]/k", "https://[::1] [::1] outbound|443||[::1] /k");
  const refused = [
    "",
    "idp",
    "/jwks",
    "ftp://idp/",
    "HTTPS://idp/",
    "https:/idp",
    "https://",
    "https:///x",
    "https://:443/",
    "https://idp:/",
    "https://idp:0/",
    "https://idp:65536/",
    "https://idp:999999/",
    "https://idp:+1/",
    "https://idp:1x/",
    "https://user@idp/",
    "https://idp@evil/",
    "https://idp|443||evil/",
    "https://|/",
    "https://idp\\evil/",
    "https://idp%2fevil/",
    "https://é/",
    "https://{idp}/",
    "https://[::1/",
    "https://[]/",
    "https://[::1]x/",
    "https://[::g]/",
    "https://idp/a b",
    "https://idp/\n",
    "https://id p/",
    "https://idp/\x7f",
    "https://idp:80:80/",
    "file:///etc/passwd",
    "https://" + "a".repeat(2048),
  ];
  for (let i = 0; i < refused.length; i++) expectParts(refused[i], null);
}

export function a_fault_is_no_trap(): void {
  const characters = "https://[]:@/?#. \t%";
  let random: u32 = 1;
  for (let i = 0; i < 20000; i++) {
    let uri = i % 2 == 0 ? "https://" : "";
    for (let j = 0; j < 8; j++) {
      random = random * 1664525 + 1013904223;
      uri += characters.charAt((random >> 16) % characters.length);
    }
    const parts = parseJwksUri(uri);
    if (parts !== null)
      expectTrue(parts.host.length > 0 && parts.path.startsWith("/") && parts.port > 0, uri);
  }
}
