// The form: the fields of a scene but for its policies, read and written.

import {
  emptyRequest,
  type PastedToken,
  type Scene,
  type SceneRequest,
  type TokenKind,
} from "../scene/scene.js";
import { pastedNotes } from "../scene/explain-options.js";
import { byId } from "../elements/element.js";

export type FormPart = Pick<Scene, "workload" | "request" | "token" | "claims" | "pasted">;

const fieldNames = Object.keys(emptyRequest) as (keyof SceneRequest)[];

export class Form {
  private readonly workload = byId("workload", HTMLInputElement);
  private readonly claims = byId("claims", HTMLTextAreaElement);
  private readonly pasted = byId("pasted", HTMLTextAreaElement);
  private readonly jwks = byId("jwks", HTMLTextAreaElement);
  private readonly unverified = byId("unverified", HTMLInputElement);
  private readonly kinds: readonly HTMLInputElement[] = [
    ...document.querySelectorAll<HTMLInputElement>("input[name=token]"),
  ];

  /** @param changed called whenever somebody has changed a field */
  constructor(changed: () => void) {
    for (const field of this.fields) field.addEventListener("input", changed);
    this.pasted.addEventListener("input", () => this.showNotes());
    for (const kind of this.kinds) {
      kind.addEventListener("change", () => {
        this.showToken();
        changed();
      });
    }
  }

  get value(): FormPart {
    const request = Object.fromEntries(fieldNames.map((name) => [name, requestField(name).value]));
    return {
      workload: this.workload.value,
      request: request as unknown as SceneRequest,
      token: this.token,
      claims: this.claims.value,
      pasted: {
        text: this.pasted.value,
        jwks: this.jwks.value,
        unverified: this.unverified.checked,
      },
    };
  }

  set value({ workload, request, token, claims, pasted }: FormPart) {
    this.workload.value = workload;
    for (const name of fieldNames) requestField(name).value = request[name];
    const [connection] = document.getElementsByClassName("connection");
    if (connection instanceof HTMLDetailsElement && connectionFields.some((name) => request[name] !== ""))
      connection.open = true;
    this.claims.value = claims;
    this.setPasted(pasted);
    this.token = token;
  }

  setPasted({ text, jwks, unverified }: PastedToken): void {
    this.pasted.value = text;
    this.jwks.value = jwks;
    this.unverified.checked = unverified;
    this.showNotes();
  }

  set token(token: TokenKind) {
    for (const kind of this.kinds) kind.checked = kind.value === token;
    this.showToken();
  }

  get token(): TokenKind {
    return (this.kinds.find(({ checked }) => checked)?.value ?? "none") as TokenKind;
  }

  /** Marks the field that a message begins with the name of; the others are right. */
  blame(message: string | undefined): void {
    const [, word = ""] = /^(\w+)/.exec(message ?? "") ?? [];
    const blamed =
      { request: "url", header: "headers", for: "workload", keys: "jwks", token: "pasted" }[word] ?? word;
    for (const field of this.fields) {
      if (message !== undefined && field.id === blamed) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  /** What stood around the token that was pasted, and is not sent. */
  private showNotes(): void {
    byId("pasted-notes", HTMLElement).textContent = pastedNotes(this.value.pasted).join(" ");
  }

  private showToken(): void {
    for (const kind of ["none", "claims", "pasted"])
      byId(`token-${kind}`, HTMLElement).hidden = kind !== this.token;
  }

  private get fields(): (HTMLInputElement | HTMLTextAreaElement)[] {
    const others = [this.workload, this.claims, this.pasted, this.jwks, this.unverified];
    return [...others, ...fieldNames.map(requestField)];
  }
}

const connectionFields = ["remote", "peer", "principal", "certificate", "sni", "destination", "now"] as const;

function requestField(name: keyof SceneRequest): HTMLInputElement | HTMLTextAreaElement {
  return name === "headers" ? byId(name, HTMLTextAreaElement) : byId(name, HTMLInputElement);
}
