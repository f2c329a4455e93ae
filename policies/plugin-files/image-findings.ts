// Where a plugin in Istio fetches the filter: whether it can, and whether it always gets the same.

import type { Finding } from "../findings/finding.js";
import { isObjectName } from "../text/object-name.js";
import { entry, stringAt, valueAt } from "../resources/tree.js";
import type { PluginFile } from "./plugin-file.js";

/** Names that nobody has (RFC 2606, RFC 6761), and words in capitals as examples have them. */
const placeholder = /(^|\.)(example|invalid|test)(\.(com|net|org))?$|^[A-Z_<>{}$-]+$/;

/** What is told of the image and the object that names it; nothing for what no image is in. */
export function imageFindings({ kind, loader, document, name: resource }: PluginFile): Finding[] {
  if (kind !== "WasmPlugin" && kind !== "TrafficExtension") return [];
  const findings: Finding[] = [];
  const named = valueAt(document, "metadata", "name");
  const name = stringAt(document, "metadata", "name");
  if (named !== undefined && name !== undefined && !isObjectName(name)) {
    findings.push({
      id: "JP310",
      severity: "error",
      at: named.at,
      resource,
      message: `Kubernetes refuses the name ${name}`,
      remedy: "write small letters, digits, hyphens and dots, with a letter or digit at both ends",
    });
  }
  const url = entry(loader, "url");
  const text = stringAt(loader, "url");
  if (url === undefined || text === undefined) return findings;
  const { scheme, host, rest } = partsOf(text);
  if (scheme === "file") return findings;
  if (isPlaceholder(host)) {
    findings.push({
      id: "JP308",
      severity: "warning",
      at: url.value.at,
      resource,
      message: withoutImage(host),
      remedy: "name the registry that has the image: docs/install.md",
    });
  } else if (scheme === "oci" && !rest.includes("@sha256:") && stringAt(loader, "sha256") === undefined) {
    findings.push({
      id: "JP309",
      severity: "note",
      at: url.value.at,
      resource,
      message: "the image has a tag and no digest: whoever moves the tag changes what runs",
      remedy: "say sha256: with the digits of the image's digest",
    });
  }
  return findings;
}

/** What is told of an image's URL whose registry stands for another in examples; undefined for another URL. */
export function placeholderImage(url: string): string | undefined {
  const { scheme, host } = partsOf(url);
  return scheme !== "file" && isPlaceholder(host) ? withoutImage(host) : undefined;
}

const withoutImage = (host: string) =>
  `${host} is a registry of examples: without the image every request is refused with 403`;

const isPlaceholder = (host: string) => placeholder.test(host.replace(/:\d+$/, ""));

/** Istio takes a URL without scheme for an image (pkg/wasm/imagefetcher.go). */
function partsOf(url: string): { readonly scheme: string; readonly host: string; readonly rest: string } {
  const [, scheme = "oci", host = "", rest = ""] = /^(?:(\w+):\/\/)?([^/]*)(.*)$/s.exec(url) ?? [];
  return { scheme, host, rest };
}
