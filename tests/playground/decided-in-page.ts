// Runs in a browser: the page's own filter, asked about configurations and requests. Bundled for differential.test.ts.

import { builtFilter } from "../../playground/answer/built-filter.js";
import { ConfigurationRefusedError } from "../../policies/evaluation/filter.js";
import type { Request } from "../../policies/evaluation/request/request.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import { fromBase64url } from "../../policies/text/base64url.js";

/** What a page is asked, as it goes through JSON: bytes are in base64url. */
export interface Asked {
  readonly configuration: JsonObject;
  readonly requests: readonly unknown[];
}

export type Decided = { readonly refused: readonly string[] } | { readonly answers: readonly string[] };

/** Made where bytes are: `{"$bytes": "…"}`. */
const revived = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "$bytes" in value
    ? fromBase64url(value.$bytes as string)
    : value;

async function decide(text: string): Promise<Decided[]> {
  const { filter } = await builtFilter();
  const decided: Decided[] = [];
  for (const { configuration, requests } of JSON.parse(text, revived) as Asked[]) {
    try {
      const configured = await filter.configure(configuration, { trace: false });
      const answers: string[] = [];
      for (const request of requests as Request[]) {
        const { answer } = await configured.evaluate(request, 1_800_000_000_000);
        answers.push(answer?.details ?? "allowed");
      }
      configured.close();
      decided.push({ answers });
    } catch (error) {
      if (!(error instanceof ConfigurationRefusedError)) throw error;
      decided.push({ refused: error.faults });
    }
  }
  return decided;
}

Object.assign(globalThis, { decide });
