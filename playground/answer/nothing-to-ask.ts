// Texts that hold no policy, or cannot be read: what they may be, and what to do.

import { policiesIn } from "../../policies/istio/policy.js";
import { readDocuments } from "../../policies/documents/documents.js";
import { readResource } from "../../policies/resources/resource.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { pluginFilesIn } from "../../policies/plugin-files/plugin-file.js";
import { misnamedPolicies } from "../../policies/validation/misnamed-policies.js";

/** Why there is nothing to ask about; undefined if there is a policy, or something that was meant for one. */
export function noPolicies(files: readonly SourceFile[]): string | undefined {
  const { documents, faults } = readDocuments(files);
  const resources = documents.flatMap((document) => readResource(document, "default") ?? []);
  const isPolicy = policiesIn(resources).length + misnamedPolicies(resources).length > 0;
  if (isPolicy || faults.length > 0 || pluginFilesIn(documents, files).length > 0) return undefined;
  const kinds = [...new Set(resources.map(({ kind }) => kind))].slice(0, 4);
  const instead = kinds.length === 0 ? "" : ` It has ${kinds.join(", ")}.`;
  return `There is no RequestAuthentication and no AuthorizationPolicy in the text.${instead} Paste yours, as kubectl get -o yaml prints them, or choose an example above.`;
}

/** Indentation with blanks that YAML takes for letters, as web pages have them. */
const oddBlanks = /^ *[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]/m;

/** What nobody sees in policies that are refused; undefined: nothing. */
export function unseenFault(files: readonly SourceFile[]): string | undefined {
  const found = files.find(({ text }) => oddBlanks.test(text.replace(/^\ufeff/, "")));
  if (found === undefined) return undefined;
  const line = found.text.slice(0, found.text.search(oddBlanks)).split("\n").length;
  return `${found.file}, line ${line}: it is indented with blanks of a web page, such as U+00A0, which YAML takes for letters. Write usual ones.`;
}

/** What people paste around YAML, and a remedy. */
const around: readonly (readonly [RegExp, string])[] = [
  [/^\s*(```|~~~)/m, "The lines with ``` are of Markdown, and no YAML: take them out."],
  [
    /^\s*(\$ )?(kubectl|cat|istioctl)\b.*<</m,
    "The lines around the policies are of a shell: take out that of kubectl, and EOF.",
  ],
  [
    /^[+-] ?(apiVersion|kind|metadata|spec):/m,
    "Lines begin with + or -, as a diff has them: take these out.",
  ],
  [/^\s*\d+[ \t]+(apiVersion|kind|metadata|spec):/m, "Lines begin with their numbers: take these out."],
  [/^ *\t/m, "YAML is indented with blanks, never with tabs."],
  [/^[ \t]*-[ \t]*$/m, "There is a dash alone in a line: documents are parted by three, ---."],
  [
    /^- (apiVersion|kind|metadata|spec):/m,
    "There is a dash in front of a field of the object: only items of a list have one.",
  ],
];

/** The message, with what to do where the text shows it. */
export function withRemedy(message: string, files: readonly SourceFile[]): string {
  if (!message.startsWith("not readable as YAML")) return message;
  const found = around.filter(([pattern]) => files.some(({ text }) => pattern.test(text)));
  return [message, ...found.map(([, remedy]) => remedy)].join("\n");
}
