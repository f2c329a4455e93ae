// Collects what one of Istio's two gatekeepers objects to in one policy.

import type { Fix } from "./finding.js";
import type { Position } from "../resources/position.js";

/** schema: the API server, by the CRD. webhook: istiod (pkg/config/validation). */
export type Layer = "schema" | "webhook";

export interface Objection {
  readonly layer: Layer;
  readonly id: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly at: Position;
  readonly remedy?: string;
  readonly fix?: Fix;
}

/** What to do about it, in words and as a change of the file. */
export interface Remedy {
  readonly remedy?: string | undefined;
  readonly fix?: Fix | undefined;
}

export class Objections {
  readonly list: Objection[] = [];

  constructor(private readonly layer: Layer) {}

  error(id: string, at: Position, message: string, remedy?: string | Remedy): void {
    this.add("error", id, at, message, remedy);
  }

  /** What Istio lets through with a remark. */
  warning(id: string, at: Position, message: string, remedy?: string | Remedy): void {
    this.add("warning", id, at, message, remedy);
  }

  private add(
    severity: Objection["severity"],
    id: string,
    at: Position,
    message: string,
    how: string | Remedy = {},
  ): void {
    const { remedy, fix }: Remedy = typeof how === "string" ? { remedy: how } : how;
    this.list.push({
      layer: this.layer,
      id,
      severity,
      message,
      at,
      ...(remedy === undefined ? {} : { remedy }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
