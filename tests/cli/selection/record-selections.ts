// Asks the referee which policies Istio applies in each case, and writes its answers down.
// `node build/js/tests/cli/selection/record-selections.js [--check]`; needs Go, or REFEREE naming a built referee.

import { readFile, writeFile } from "node:fs/promises";
import { parseWorkload } from "../../../cli/istio/workload.js";
import { askReferee } from "../validation/ask-referee.js";
import { selectionCases } from "./cases.js";
import { selectedInFilters } from "./selected.js";
import { selectionsFile } from "./recorded-selections.js";

/** Istio orders by time of creation, `render` by place in the files where these tell no time. */
function createdInOrder(resources: string): string {
  let second = 10;
  return resources.replaceAll(
    "metadata: {",
    () => `metadata: {creationTimestamp: "2026-01-01T00:00:${second++}Z", `,
  );
}

const answers = await askReferee(
  selectionCases.map(({ resources, workload, type }) => {
    const { namespace, labels } = parseWorkload(workload);
    return {
      resources: createdInOrder(resources),
      workload: { namespace, labels: Object.fromEntries(labels), ...(type === undefined ? {} : { type }) },
    };
  }),
);
const selections = selectionCases.map(({ name }, i) => {
  const { httpFilters, error } = answers[i] ?? { httpFilters: null, error: "no answer" };
  if (error) throw new Error(`${name}: ${error}`);
  return [name, selectedInFilters(httpFilters ?? [])] as const;
});
const text = `${JSON.stringify(Object.fromEntries(selections), null, 1)}\n`;
if (!process.argv.includes("--check")) await writeFile(selectionsFile, text);
else if ((await readFile(selectionsFile, "utf8").catch(() => "")) !== text) {
  process.stderr.write(`${selectionsFile} is not what Istio answers: run record-selections again.\n`);
  process.exitCode = 1;
}
process.stdout.write(`${selections.length} cases\n`);
