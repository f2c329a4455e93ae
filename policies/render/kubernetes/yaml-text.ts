// YAML that `render` writes: data, in which a character that acts on a terminal is escaped as YAML itself does it.

import { Document, Scalar, visit } from "yaml";
import { actsOnTerminal, escapedInJson } from "../../text/printable.js";

/**
 * An object as YAML. A scalar or key with a control character, or one that makes text run the other way, is double-quoted, and the character
 * escaped (YAML 1.2 §5.7): whoever reads the YAML gets the same text, and who prints it no command to their terminal. Text that YAML 1.1 takes
 * for a boolean, a number or a date is quoted as well (`on`, `no`, `1_000`): that is what kubectl reads.
 */
export function yamlText(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && actsOnTerminal(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapedInYaml(document.toString({ lineWidth: 0 }));
}

/** What is left of those characters is within double quotes; a tab has no need. */
function escapedInYaml(text: string): string {
  return text.split("\t").map(escapedInJson).join("\t");
}
