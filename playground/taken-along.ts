// What there is to take along from a scene: a link, a command, a filter, tests.

import type { Filter } from "../policies/evaluation/filter.js";
import { render } from "../policies/render.js";
import { InputError } from "../policies/resources/input-error.js";
import { findingsText } from "../policies/findings/finding.js";
import { noColours } from "../policies/text/colours.js";
import { configurationFile } from "./scene/configuration-file.js";
import { namespaceField, workloadFields } from "./scene/mesh-fields.js";
import { commandLine } from "./scene/command-line.js";
import { linkTo } from "./scene/link.js";
import type { Scene } from "./scene/scene.js";
import { NotForSharingError } from "./scene/shared-scene.js";
import { testFile, TEST_FILE } from "./scene/test-file.js";
import { byId } from "./elements/element.js";
import { askForImage } from "./view/image-question.js";
import { takeHome } from "./view/take-home.js";

/** Longer ones are no links any more for many a program that shows texts. */
const LONG_LINK = 8000;

export async function asLink(scene: Scene): Promise<void> {
  try {
    const { fragment, left } = await linkTo(scene);
    window.history.replaceState(null, "", fragment);
    takeHome({
      title: "A link to this page as it stands",
      note: `Policies, request, claims and kept requests are behind the #, which browsers send to nobody.${
        left.length === 0 ? " No token and no key is in it." : ` Not in it: ${left.join(", ")}.`
      }${fragment.length > LONG_LINK ? ` It has ${Math.ceil(fragment.length / 1000)} thousand characters, which mail and chat programs may cut: a broken link is told.` : ""}`,
      text: window.location.href,
    });
  } catch (error) {
    if (!(error instanceof NotForSharingError)) throw error;
    takeHome({ title: "No link", note: error.message, text: "" });
  }
}

export function asCommand(scene: Scene): void {
  const pasted = scene.token === "pasted";
  const keys = pasted && scene.pasted.jwks.trim() !== "";
  takeHome({
    title: "The same question in a terminal",
    note: `With the policies in ${scene.files.map(({ file }) => file).join(", ")}${
      pasted ? `, the token in the variable TOKEN${keys ? " and its key set in jwks.json" : ""}` : ""
    }.`,
    text: commandLine(scene),
    others: scene.files.filter(({ text }) => text !== ""),
  });
}

export function asTests(scene: Scene): void {
  takeHome({
    title: "The kept requests as a test file",
    note: `npx envoy-jwt-policy test ${TEST_FILE} asks the same filter, and compares.`,
    text: testFile(scene),
    file: TEST_FILE,
    others: scene.files,
  });
}

/** The policies as the WasmPlugin that loads the filter with them. */
export function asFilter(filter: Filter, scene: Scene): void {
  const { files, mesh } = scene;
  if (configurationFile(files) !== undefined) {
    takeHome({ title: "No filter", note: "The text is a configuration of the filter already.", text: "" });
    return;
  }
  askForImage(async (image) => {
    try {
      const { text, findings } = await render(files, filter, {
        workloads: [workloadFields(scene)],
        ...namespaceField(mesh),
        format: "wasmplugin",
        ...(image === "" ? {} : { image }),
      });
      const told = findingsText(findings, files, noColours).trimEnd();
      if (text === undefined) return { refused: told };
      takeHome({
        title: "The filter with these policies",
        note: told === "" ? "Apply it in place of the policies." : told,
        text,
        file: "wasmplugin.yaml",
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { refused: error.message };
    }
  });
  byId("image", HTMLInputElement).focus();
}
