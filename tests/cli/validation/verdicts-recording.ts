// Real Istio's verdicts about the corpus, to be written down.

import type { Recording } from "../../referee/recording.js";
import { corpus } from "./corpus.js";
import { verdictsFile, type RecordedVerdict } from "./recorded-verdicts.js";

/** All documents in one query, told apart by their names: a query costs the start of an Istio. */
const renamed = corpus.map((document, i) => document.replace(/name: p\b/, `name: p${i}`));

export const verdictsRecording: Recording = {
  file: verdictsFile,
  queries: [
    { id: "corpus", resources: renamed.join("---\n"), workload: { namespace: "nowhere", labels: {} } },
  ],
  text([answer]) {
    const byName = new Map((answer?.findings ?? []).map((one) => [one.resource.replace(/^.*\//, ""), one]));
    if (byName.has("")) throw new Error(`not readable by Istio's YAML reader: ${byName.get("")?.schema}`);
    const verdicts = corpus.map((document, i): RecordedVerdict => {
      const { schema, webhook, warning } = byName.get(`p${i}`) ?? {};
      // protobuf varies the blanks of its messages from build to build, so that nobody relies on them.
      const named = (text: string) =>
        text.replaceAll(new RegExp(`\\bp${i}\\b`, "g"), "p").replaceAll("\u00a0", " ");
      return {
        document,
        ...(schema ? { schema: inOrder(named(schema)) } : {}),
        ...(webhook ? { webhook: named(webhook) } : {}),
        ...(warning ? { warning: named(warning) } : {}),
      };
    });
    return `[\n${verdicts.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]\n`;
  },
};

/** The API server goes through fields in any order: its list of objections, sorted. */
function inOrder(schema: string): string {
  return schema.replace(/\[(spec.*)\]$/s, (_, list: string) => {
    return `[${list
      .split(/, (?=spec[.:[])/)
      .sort()
      .join(", ")}]`;
  });
}
