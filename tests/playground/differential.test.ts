// A thousand and more of the committed differential cases: the page's own program, in Chromium and under the page's content security policy, decides
// as Envoy did.

import assert from "node:assert/strict";
import { it } from "node:test";
import { PathRefusedError } from "../../policies/evaluation/request/normalized-path.js";
import { toBase64url } from "../../policies/text/base64url.js";
import { pageProgram } from "../../scripts/page/page-program.js";
import { policiesOf, type Case } from "../differential/case.js";
import { readAnswers, notAsked } from "../differential/compared/filter-answers.js";
import { inlineKeysFault } from "../differential/compared/exchange.js";
import { withKeySets } from "../differential/keys/key-sets.js";
import { describedRequest } from "../differential/native/described-request.js";
import { tables } from "../differential/tables.js";
import { mintAt } from "../differential/token.js";
import type { Asked, Decided } from "./decided-in-page.js";
import { inChromium, startPlayground } from "./opened-page.js";

/** Every so many policies of each table are asked, and of each the first cases. */
const STRIDE = 9;
const CASES_A_POLICY = 12;

interface Group {
  readonly asked: Asked;
  readonly cases: readonly { readonly label: string; readonly expected: string }[];
}

async function groups(): Promise<Group[]> {
  mintAt(1_800_000_000);
  const found: Group[] = [];
  let count = 0;
  for (const table of tables) {
    const answers = await readAnswers(table);
    for (const policy of policiesOf(table)) {
      // Keys that each run makes anew: whether a signature that has been cut verifies depends on its bits.
      if (count++ % STRIDE !== 0 || policy.name.startsWith("keys/odd")) continue;
      const all = table.cases.filter((one) => one.policy === policy);
      const asked = all.filter((one) => !dependsOnKeys(one)).slice(0, CASES_A_POLICY);
      const requests = asked.flatMap((one) => {
        const expected = answers.get(one)!;
        const request = described(one);
        return request === undefined || expected === notAsked
          ? []
          : [{ label: `${policy.name}: ${one.label}`, expected, request }];
      });
      found.push({
        asked: {
          configuration: withKeySets(policy.config) as Asked["configuration"],
          requests: requests.map(({ request }) => request),
        },
        cases: requests,
      });
    }
  }
  return found;
}

function described({ policy, request }: Case): unknown {
  try {
    return describedRequest(policy, request);
  } catch (error) {
    if (error instanceof PathRefusedError) return undefined;
    throw error;
  }
}

/** As tests/differential/evaluation.test.ts has it: what has been done to a signature, whose bits are others in each run. */
function dependsOnKeys({ request }: Case): boolean {
  if (request.headers?.some(([, value]) => /<<\w+>> A /.test(value))) return true;
  return Object.values(request.tokens ?? {}).some((token) =>
    (token.edits ?? []).some((edit) => "flip" in edit && edit.segment === 2),
  );
}

const asJson = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    one instanceof Uint8Array ? { $bytes: toBase64url(one) } : one,
  );

it("decides committed cases as Envoy did", inChromium, async () => {
  const asked = await groups();
  const count = asked.reduce((sum, { cases }) => sum + cases.length, 0);
  assert.ok(count >= 1000, `${count} cases`);
  const { outputFiles } = await pageProgram("tests/playground/decided-in-page.js", { write: false });
  const playground = await startPlayground();
  try {
    const { page, requests, said } = await playground.open();
    const before = requests.length;
    await page.evaluate(outputFiles![0]!.text);
    const decided = await page.evaluate(
      (text) => (globalThis as unknown as { decide: (text: string) => Promise<Decided[]> }).decide(text),
      asJson(asked.map((one) => one.asked)),
    );
    const wrong = asked.flatMap(({ cases }, i) => {
      const one = decided[i]!;
      return cases.flatMap(({ label, expected }, j) => {
        const answer =
          "refused" in one ? `keys: ${inlineKeysFault(one.refused) ?? one.refused.join()}` : one.answers[j]!;
        return answer === expected ? [] : [`${label}: Envoy ${expected}, here ${answer}`];
      });
    });
    assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${count} cases`);
    assert.deepEqual({ requests: requests.slice(before), said }, { requests: [], said: [] });
  } finally {
    await playground.close();
  }
});
