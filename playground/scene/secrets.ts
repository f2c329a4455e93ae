// What must be in no link, known by its looks, in whatever notation it stands.

/** Three parts in base64url, of which the first is a JSON object: `eyJ` is `{"`. JWE has five. */
export const tokens = /\beyJ[\w-]{5,}\.[\w-]*(\.[\w-]*)+/g;

/** What only a JWK, a certificate chain or a PEM has (RFC 7517 §4.1: every JWK has `kty`). */
const keys = /\bkty\b|\bx5c\b|-----BEGIN [A-Z ]*KEY/;

/** An object of Kubernetes that holds nothing else. */
const secretKind = /(^|[\s{,-])["']?kind["']?\s*:\s*["']?Secret["']?\s*($|[\s,}#])/m;

const secretName = "token|secret|password|passwd|credentials?|api[-_]?key|session|session[-_]?id|assertion";

/** Header fields with which somebody shows who they are. */
const secretHeader = new RegExp(`^(.*[-_])?(authorization|cookie|jwt|${secretName})$`, "i");

/** The same in a query. */
const secretParameters = new RegExp(
  `([?&])((?:[\\w.-]*[-_])?(?:jwt|code|${secretName}))=(?!\\{token\\})[^&#]+`,
  "gi",
);

/** What of a key or a token is left in a text that nothing can be cut out of; undefined: nothing. */
export function secretIn(text: string): string | undefined {
  const all = readings(text);
  if (all.some((one) => keys.test(one))) return "a key";
  // Those that stand there as they are have been cut out.
  if (all.slice(1).some((one) => one.search(tokens) >= 0)) return "a token";
  return all.some((one) => secretKind.test(one)) ? "a Secret of Kubernetes" : undefined;
}

/** A header line without what is nobody's business; undefined: nothing is left. @param left is told what was taken out */
export function sharedHeader(line: string, placeholder: string, left: Set<string>): string | undefined {
  const colon = line.indexOf(":");
  const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  if (!secretHeader.test(name)) return line;
  const pairs = /(^|[-_])cookie$/i.test(name) ? value.split(/;\s*/) : [value];
  // Its place holder, behind a scheme or a cookie's name.
  const shared = pairs.filter((one) => one.replace(/^[\w.-]+[ =]/, "") === placeholder);
  if (shared.length < pairs.length) left.add(`the header ${name.toLowerCase()}`);
  return shared.length === 0 ? undefined : `${name}: ${shared.join("; ")}`;
}

/** A path or URL with another word in place of opaque tokens and passwords. */
export const sharedUrl = (url: string, left: Set<string>): string =>
  url.replace(secretParameters, (_, mark: string, name: string) => {
    left.add(`the parameter ${name.toLowerCase()}`);
    return `${mark}${name}=left-out`;
  });

/** The text as it stands, without the escapes of JSON, YAML and URLs, and what is in Base64 there. */
function readings(text: string): string[] {
  const plain = unescaped(text);
  return [text, plain, ...inBase64(plain).flatMap((one) => [one, unescaped(one)])];
}

function unescaped(text: string): string {
  let before: string;
  let now = text;
  // Escapes may themselves be escaped.
  for (let i = 0; i < 4; i++) {
    before = now;
    now = before
      .replace(/\\+u([\da-f]{4})|\\+x([\da-f]{2})|%([\da-f]{2})/gi, (_, ...hex: (string | undefined)[]) =>
        String.fromCharCode(
          parseInt(
            hex.slice(0, 3).find((one) => one !== undefined)!,
            16,
          ),
        ),
      )
      .replaceAll('\\"', '"');
    if (now === before) break;
  }
  return now;
}

/** As Kubernetes has it in a Secret's `data`; a run too short for a key is none. */
function inBase64(text: string): string[] {
  return [...text.matchAll(/[\w+/-]{24,}/g)].flatMap(([run]) => {
    const standard = run.replaceAll("-", "+").replaceAll("_", "/");
    try {
      return [atob(standard.slice(0, standard.length - (standard.length % 4 === 1 ? 1 : 0)))];
    } catch {
      return [];
    }
  });
}
