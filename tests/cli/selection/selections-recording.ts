// Which policies real Istio applies in each case, to be written down.

import { parseWorkload } from "../../../policies/istio/workload.js";
import type { Recording } from "../../referee/recording.js";
import { selectionCases } from "./cases.js";
import { selectionsFile } from "./recorded-selections.js";
import { selectedInFilters } from "./selected.js";

/** Istio orders by time of creation, `render` by place in the files where these tell no time. */
function createdInOrder(resources: string): string {
  let second = 10;
  return resources.replaceAll(
    "metadata: {",
    () => `metadata: {creationTimestamp: "2026-01-01T00:00:${second++}Z", `,
  );
}

export const selectionsRecording: Recording = {
  file: selectionsFile,
  queries: selectionCases.map(({ name, resources, workload, type }) => {
    const { namespace, labels } = parseWorkload(workload);
    return {
      id: name,
      resources: createdInOrder(resources),
      workload: { namespace, labels: Object.fromEntries(labels), ...(type === undefined ? {} : { type }) },
    };
  }),
  text(answers) {
    const selections = selectionCases.map(({ name }, i) => {
      const { httpFilters, error } = answers[i]!;
      if (error) throw new Error(`${name}: ${error}`);
      return [name, selectedInFilters(httpFilters ?? [])] as const;
    });
    return `${JSON.stringify(Object.fromEntries(selections), null, 1)}\n`;
  },
};
