// Asks the referee (tests/differential/referee: real Istio's own code) about the corpus and writes its answers down.
// `node build/js/tests/cli/validation/record-verdicts.js [--check]`; needs Go, or REFEREE naming a built referee.

import { readFile, writeFile } from "node:fs/promises";
import { askReferee } from "./ask-referee.js";
import { corpus } from "./corpus.js";
import { verdictsFile, type RecordedVerdict } from "./recorded-verdicts.js";

/** All documents in one query, told apart by their names: a query costs the start of an Istio. */
const renamed = corpus.map((document, i) => document.replace(/name: p\b/, `name: p${i}`));
const workload = { namespace: "nowhere", labels: {} };
const [answer] = await askReferee([{ resources: renamed.join("---\n"), workload }]);
const byName = new Map((answer?.findings ?? []).map((one) => [one.resource.replace(/^.*\//, ""), one]));
if (byName.has("")) throw new Error(`not readable by Istio's YAML reader: ${byName.get("")?.schema}`);

const verdicts = corpus.map((document, i): RecordedVerdict => {
  const { schema, webhook, warning } = byName.get(`p${i}`) ?? {};
  const named = (text: string) => text.replaceAll(new RegExp(`\\bp${i}\\b`, "g"), "p");
  return {
    document,
    ...(schema ? { schema: named(schema) } : {}),
    ...(webhook ? { webhook: named(webhook) } : {}),
    ...(warning ? { warning: named(warning) } : {}),
  };
});
const text = `[\n${verdicts.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]\n`;
if (!process.argv.includes("--check")) await writeFile(verdictsFile, text);
else if ((await readFile(verdictsFile, "utf8").catch(() => "")) !== text) {
  process.stderr.write(`${verdictsFile} is not what Istio answers: run record-verdicts again.\n`);
  process.exitCode = 1;
}
process.stdout.write(`${verdicts.length} documents\n`);
