// Collects what one of Istio's two gatekeepers objects to in one policy.

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
}

export class Objections {
  readonly list: Objection[] = [];

  constructor(private readonly layer: Layer) {}

  error(id: string, at: Position, message: string, remedy?: string): void {
    this.add("error", id, at, message, remedy);
  }

  /** What Istio lets through with a remark. */
  warning(id: string, at: Position, message: string, remedy?: string): void {
    this.add("warning", id, at, message, remedy);
  }

  private add(
    severity: Objection["severity"],
    id: string,
    at: Position,
    message: string,
    remedy?: string,
  ): void {
    this.list.push({
      layer: this.layer,
      id,
      severity,
      message,
      at,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}
