// Where figures come from: what has to be named wherever they are quoted.

import { cpus } from "node:os";

/** In words that fit into a sentence: `2 × AMD EPYC, Node 20.20.2 (V8 11.3.244.8)`. */
export function machine(): string {
  const [first] = cpus();
  const model = (first?.model ?? "unknown processor").replace(/\(R\)|\(TM\)|\s+Processor/g, "").trim();
  return `${cpus().length} × ${model}, Node ${process.versions.node} (V8 ${process.versions.v8})`;
}
