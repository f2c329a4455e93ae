/** `extensions.protectedResources`. Whatever goes into a header or a document is checked here to be of letters that need no escape there. */
import { Fields } from "../../config/fields";
import { Region } from "../../memory/region";
import { Span } from "../../memory/span";
import { bareAudience } from "../../token/audience";
import { boundedObjects, boundedTexts } from "../../config/bounded_lists";
import { ProtectedResource, ProtectedResources } from "./protected_resource";

const MAX_TEXT = 512;
const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** @param issuers of the JWT rules @returns null where there are none; faults go to the errors of `fields` */
export function readProtectedResources(
  fields: Fields,
  issuers: string[],
  region: Region,
): ProtectedResources | null {
  const list = boundedObjects(fields, "protectedResources");
  if (list.length == 0) return null;
  const resources = new StaticArray<ProtectedResource>(list.length);
  for (let i = 0; i < list.length; i++) resources[i] = readResource(list[i], issuers, region);
  return new ProtectedResources(resources);
}

function readResource(fields: Fields, issuers: string[], region: Region): ProtectedResource {
  const url = fields.string("resource");
  if (!isUrl(url) || url.endsWith("/"))
    fields.error("resource", "must be an http or https URL without query, user and slash at its end");
  const scopes = items(fields, "scopes", isScope);
  const firstScopes = items(fields, "firstScopes", isScope);
  for (let i = 0; i < firstScopes.length; i++) {
    if (!scopes.includes(firstScopes[i])) fields.error("firstScopes", "must be among scopes");
  }
  const audiences = items(fields, "audiences", isScope);
  if (audiences.length == 0) audiences.push(url);
  const hosts = items(fields, "hosts", isHost);
  const servers = items(fields, "authorizationServers", isUrl);
  if (servers.length == 0) {
    for (let i = 0; i < issuers.length; i++) {
      if (isUrl(issuers[i]) && !servers.includes(issuers[i])) servers.push(issuers[i]);
    }
    if (servers.length == 0)
      fields.error("authorizationServers", "must be given: no issuer of a JWT rule is a URL");
  }
  fields.close();
  const slash = url.indexOf("/", 8);
  const path = slash < 0 ? "" : url.substr(slash);
  const metadataPath = WELL_KNOWN + path;
  const origin = url.substr(0, url.length - path.length);
  const told = scopes.length > 0 ? '"],"scopes_supported":["' + scopes.join('","') : "";
  return new ProtectedResource(
    region.keepText(path),
    kept(hosts, region),
    kept(audiences, region),
    kept(scopes, region),
    region.keepText(metadataPath),
    // RFC 9728 §3.2. None of these texts has a letter that JSON escapes.
    region.keepText(
      '{"resource":"' +
        url +
        '","authorization_servers":["' +
        servers.join('","') +
        told +
        '"],"bearer_methods_supported":["header"]}',
    ),
    region.keepText('Bearer resource_metadata="' + origin + metadataPath + '"'),
    region.keepText(firstScopes.join(" ")),
  );
}

/** Bare where they are audiences; nothing else has a scheme. */
function kept(texts: string[], region: Region): StaticArray<Span> {
  const spans = new StaticArray<Span>(texts.length);
  for (let i = 0; i < texts.length; i++) spans[i] = bareAudience(region.keepText(texts[i]));
  return spans;
}

function items(fields: Fields, name: string, isGood: (item: string) => bool): string[] {
  const texts = boundedTexts(fields, name);
  for (let i = 0; i < texts.length; i++) {
    if (!isGood(texts[i]))
      fields.error(name + "[" + i.toString() + "]", "is none, or has letters that must be escaped");
  }
  return texts;
}

/** RFC 6749 §3.3: visible ASCII but for the quote and the backslash. Whatever is made of these stays within a quoted string, and within JSON's. */
function isScope(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x21 || code > 0x7e || code == 0x22 || code == 0x5c) return false;
  }
  return text.length > 0 && text.length <= MAX_TEXT;
}

/** Without a port, which would fit no request's host. */
function isHost(text: string): bool {
  return isScope(text) && (text.endsWith("]") || !text.includes(":"));
}

/** An http or https URL without user, query and fragment. */
function isUrl(text: string): bool {
  const host = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : text.length;
  if (!isScope(text) || host == text.length || text.charCodeAt(host) == 0x2f) return false;
  return !(text.includes("?") || text.includes("#") || text.includes("@"));
}
