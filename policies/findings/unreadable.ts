// JP401: a document that is no YAML. JP402: a template. JP403: a file that cannot be read at all. Each is one finding; the other files have theirs.

import { templateRemedy, type SourceFault } from "../documents/documents.js";
import type { Finding } from "./finding.js";

/** A file, and why it cannot be read. */
export interface UnreadableFile {
  readonly file: string;
  readonly message: string;
}

/** The finding about a file, or a document of one, that is no YAML. A template is a warning: it is meant for something else to read. */
export function faultFinding({ kind, at, message }: SourceFault): Finding {
  if (kind === "yaml")
    return {
      id: "JP401",
      severity: "error",
      message: `not readable as YAML: ${message}`,
      at,
      resource: at.file,
    };
  return { id: "JP402", severity: "warning", message, at, resource: at.file, remedy: templateRemedy };
}

/** The finding about a file that cannot be read. */
export function unreadableFinding({ file, message }: UnreadableFile): Finding {
  return {
    id: "JP403",
    severity: "error",
    message,
    at: { file, line: 1, column: 1, offset: 0, end: 0 },
    resource: file,
  };
}
