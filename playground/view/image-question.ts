// Where the filter's image is: the page cannot know.

import { button, byId, element } from "../elements/element.js";

/** The last answer of this page. */
let last = "";

/**
 * Asks for the image's reference in the dialog.
 * @param take what is done with it; it says why it cannot be used
 */
export function askForImage(
  take: (image: string) => Promise<{ readonly refused: string } | undefined>,
): void {
  const dialog = byId("take-home", HTMLDialogElement);
  const heading = element("h2", { text: "The filter with these policies" });
  heading.id = "take-home-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const field = element("input", { class: "code" });
  field.id = "image";
  field.value = last;
  field.placeholder = "oci://registry.example.com/team/jwt-policy:1.0.0";
  field.spellcheck = false;
  const fault = element("p", { class: "no fault" });
  fault.setAttribute("role", "alert");
  const form = element(
    "form",
    {},
    element("label", {}, element("span", { text: "The image of jwt-policy.wasm in your registry" }), field),
    fault,
    element(
      "div",
      { class: "actions" },
      element("button", { type: "submit", text: "Write the WasmPlugin" }),
      button("Close", () => dialog.close(), { class: "last" }),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    last = field.value.trim();
    void take(last).then((answer) => {
      fault.textContent = answer?.refused ?? "";
    });
  });
  dialog.replaceChildren(heading, form);
  if (!dialog.open) dialog.showModal();
}
