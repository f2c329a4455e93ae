// A case: what is done on the stage, and held to.

import type { Scene } from "./scene.js";

export interface IstioCase {
  readonly name: string;
  /** Rejects when something is not as it should be. */
  readonly run: (scene: Scene) => Promise<void>;
}
