// The command decides every committed case as Envoy did with the same filter in it: from a description of the request, as `explain` and `test`
// have it, and without an Envoy.
import { loadFilter } from "../../cli/files/filter-file.js";
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  ConfigurationRefusedError,
  Filter,
  type ConfiguredFilter,
} from "../../policies/evaluation/filter.js";
import { PathRefusedError } from "../../policies/evaluation/request/normalized-path.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import type { Case, Table } from "./case.js";
import { describedRequest } from "./native/described-request.js";
import { builtFilter } from "./differential-run.js";
import { inlineKeysFault } from "./compared/exchange.js";
import { allowed, notAsked, readAnswers, type FilterAnswer } from "./compared/filter-answers.js";
import { withKeySets } from "./keys/key-sets.js";
import type { Policy } from "./policy.js";
import { tables } from "./tables.js";
import { mint, mintAt } from "./token.js";

/** The time of every request, in seconds since 1970. */
const now = 1_800_000_000;

describe("the command's evaluation", () => {
  let filter: Filter;
  before(async () => {
    mintAt(now);
    filter = await loadFilter(builtFilter);
  });

  for (const table of tables) {
    it(table.name, async () => {
      const wrong: string[] = [];
      for (const [one, answer] of await evaluated(table)) {
        const expected = (await answers(table)).get(one)!;
        if (expected !== notAsked && answer !== expected && !dependsOnKeys(one)) {
          wrong.push(`${one.policy.name}: ${one.label}: Envoy ${expected}, here ${answer}`);
        }
      }
      assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${table.cases.length} cases`);
    });
  }

  /** Whether the answer depends on the bits of keys that each run makes anew. */
  function dependsOnKeys({ policy, request }: Case): boolean {
    if (/^keys\/odd .* (cut|in standard base64.*)$/.test(policy.name)) return true;
    // A signature that ends in the prefix behind it.
    if (request.headers?.some(([, value]) => /<<\w+>> A /.test(value))) return true;
    // The last character of base64url may have bits that nobody reads.
    return Object.values(request.tokens ?? {}).some((token) => {
      const length = mint(token).split(".")[2]?.length ?? 0;
      return (token.edits ?? []).some(
        (edit) => "flip" in edit && edit.segment === 2 && edit.flip === length - 1 && length % 4 > 0,
      );
    });
  }

  const recorded = new Map<string, ReturnType<typeof readAnswers>>();
  function answers(table: Table): ReturnType<typeof readAnswers> {
    const known = recorded.get(table.name) ?? readAnswers(table);
    recorded.set(table.name, known);
    return known;
  }

  async function evaluated({ cases }: Table): Promise<Map<Case, FilterAnswer>> {
    const found = new Map<Case, FilterAnswer>();
    let open: { readonly policy: Policy; readonly configured: ConfiguredFilter | FilterAnswer } | undefined;
    for (const one of cases) {
      if (open?.policy !== one.policy) {
        if (typeof open?.configured === "object") open.configured.close();
        open = { policy: one.policy, configured: await configured(one.policy) };
      }
      found.set(one, typeof open.configured === "string" ? open.configured : await ask(open.configured, one));
    }
    if (typeof open?.configured === "object") open.configured.close();
    return found;
  }

  async function configured(policy: Policy): Promise<ConfiguredFilter | FilterAnswer> {
    try {
      return await filter.configure(withKeySets(policy.config) as JsonObject, { trace: false });
    } catch (error) {
      const fault = error instanceof ConfigurationRefusedError ? inlineKeysFault(error.faults) : undefined;
      if (fault === undefined) throw error;
      return `keys: ${fault}`;
    }
  }

  async function ask(configuredFilter: ConfiguredFilter, { policy, request }: Case): Promise<FilterAnswer> {
    try {
      const { answer } = await configuredFilter.evaluate(describedRequest(policy, request), now * 1000);
      return answer?.details ?? allowed;
    } catch (error) {
      if (error instanceof PathRefusedError) return notAsked;
      throw error;
    }
  }
});
