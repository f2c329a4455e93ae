// A text to take along: shown in a dialog, copied, or saved as a file.

import { button, byId, element } from "../elements/element.js";

export interface TakenHome {
  readonly title: string;
  /** What it is, and what is not in it. */
  readonly note: string;
  readonly text: string;
  /** To save it under; undefined: it is for copying alone. */
  readonly file?: string;
  /** What else there is to save. */
  readonly others?: readonly { readonly file: string; readonly text: string }[];
}

/** Opens the dialog. It ends as dialogs do, and the focus is where it was. */
export function takeHome({ title, note, text, file, others = [] }: TakenHome): void {
  const dialog = byId("take-home", HTMLDialogElement);
  const area = element("textarea", { class: "code", label: title });
  area.readOnly = true;
  area.value = text;
  area.rows = Math.min(18, Math.max(3, text.split("\n").length));
  const state = element("span", { class: "quiet" });
  state.setAttribute("role", "status");
  const copy = button("Copy", () => void copied(area, state));
  const saves = [...(file === undefined ? [] : [{ file, text }]), ...others].map((one) =>
    button(`Save ${one.file}`, () => save(one.file, one.text)),
  );
  const heading = element("h2", { text: title });
  heading.id = "take-home-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.replaceChildren(
    heading,
    element("p", { text: note }),
    area,
    element(
      "div",
      { class: "actions" },
      copy,
      ...saves,
      state,
      button("Close", () => dialog.close(), { class: "last" }),
    ),
  );
  if (!dialog.open) dialog.showModal();
  copy.focus();
}

async function copied(area: HTMLTextAreaElement, state: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(area.value);
    state.textContent = "Copied.";
  } catch {
    // Not everywhere may a page write there: the keyboard may.
    area.focus();
    area.select();
    state.textContent = "Selected: copy it with the keyboard.";
  }
}

function save(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = element("a");
  link.href = url;
  link.download = file.replace(/^.*[/\\]/, "");
  link.click();
  URL.revokeObjectURL(url);
}
