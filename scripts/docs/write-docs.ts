// `npm run docs`: writes the generated parts of docs/ anew.

import { writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { repositoryRoot } from "../repository-root.js";
import { generatedPages } from "./generated-pages.js";

for (const { file, text, wanted } of await generatedPages()) {
  if (text !== wanted) await writeFile(file, wanted);
  process.stdout.write(`${relative(repositoryRoot, file)}${text === wanted ? "" : ": written"}\n`);
}
