// The choice of an example, and the way back to what somebody has written themselves.

import { byId, element } from "../elements/element.js";
import type { Example } from "../examples/example.js";

export interface ChoiceActions {
  readonly open: (example: Example) => void;
  /** What was theirs, before they looked at an example. */
  readonly openOwn: () => void;
}

export class ExampleChoice {
  private readonly select = byId("examples", HTMLSelectElement);

  constructor(examples: readonly Example[], { open, openOwn }: ChoiceActions) {
    const own = element("option", { text: "Your own" });
    own.value = "";
    this.select.append(...examples.map(({ name }) => element("option", { text: name })), own);
    this.select.addEventListener("change", () => {
      const example = examples.find(({ name }) => name === this.select.value);
      if (example === undefined) openOwn();
      else open(example);
    });
  }

  /** Undefined: it is their own. */
  show(example: Example | undefined): void {
    this.select.value = example?.name ?? "";
  }
}
