// Which of several files the editor shows.

import { byId, element } from "../elements/element.js";
import type { SourceFile } from "../../policies/resources/source-file.js";

export class FileChoice {
  private readonly select = byId("files", HTMLSelectElement);

  /** @param chosen called with the name of the file that somebody wants to see */
  constructor(chosen: (file: string) => void) {
    this.select.addEventListener("change", () => chosen(this.select.value));
  }

  /** Of one file there is nothing to choose. */
  show(files: readonly SourceFile[], shown: string): void {
    this.select.replaceChildren(...files.map(({ file }) => element("option", { text: file })));
    this.select.value = shown;
    byId("files-label", HTMLElement).hidden = files.length < 2;
  }
}
