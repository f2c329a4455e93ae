// `npm run docs`: writes the generated parts of docs/ anew, and the sources that programs write.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { repositoryRoot } from "../repository-root.js";
import { fieldColumns } from "./field-columns.js";
import { generatedPages } from "./generated-pages.js";
import { generatedPictures } from "./generated-pictures.js";
import { housePictures } from "./house/pictures.js";
import { extensionsSchema, publishedSchemas } from "./published-schemas.js";

for (const { file, text, wanted } of [
  ...(await generatedPages()),
  ...(await generatedPictures()),
  ...(await housePictures()),
  ...(await fieldColumns()),
  await publishedSchemas(),
  await extensionsSchema(),
]) {
  await mkdir(dirname(file), { recursive: true });
  if (text !== wanted) await writeFile(file, wanted);
  process.stdout.write(`${relative(repositoryRoot, file)}${text === wanted ? "" : ": written"}\n`);
}
