// Elements with texts in them. A text of a user's is never markup.

export interface Properties {
  readonly class?: string | undefined;
  readonly text?: string | undefined;
  readonly title?: string | undefined;
  readonly type?: string;
  readonly label?: string | undefined;
  readonly disabled?: boolean;
  readonly onClick?: (() => void) | undefined;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: names, text, title, type, label, disabled, onClick }: Properties = {},
  ...children: readonly (Node | undefined)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (names !== undefined) made.className = names;
  if (text !== undefined) made.textContent = text;
  if (title !== undefined) made.title = title;
  if (type !== undefined) made.setAttribute("type", type);
  if (label !== undefined) made.setAttribute("aria-label", label);
  if (disabled === true) made.setAttribute("disabled", "");
  if (onClick !== undefined) made.addEventListener("click", onClick);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button that does something. */
export const button = (text: string, onClick: () => void, more: Properties = {}): HTMLButtonElement =>
  element("button", { type: "button", text, onClick, ...more });

/** The element of index.html with that id. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}
