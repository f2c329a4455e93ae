// The form: the fields of a scene but for its policies, read and written.

import {
  emptyRequest,
  type PastedToken,
  type Scene,
  type SceneMesh,
  type SceneRequest,
  type TokenKind,
  usualMesh,
} from "../scene/scene.js";
import { pastedNotes } from "../scene/explain-options.js";
import { byId } from "../elements/element.js";

export type FormPart = Pick<Scene, "workload" | "mesh" | "request" | "token" | "claims" | "pasted">;

const requestNames = Object.keys(emptyRequest) as (keyof SceneRequest)[];
const meshNames = Object.keys(usualMesh) as (keyof SceneMesh)[];

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
    return {
      workload: this.workload.value,
      mesh: valuesOf(usualMesh),
      request: valuesOf(emptyRequest),
      token: this.token,
      claims: this.claims.value,
      pasted: {
        text: this.pasted.value,
        jwks: this.jwks.value,
        unverified: this.unverified.checked,
      },
    };
  }

  set value({ workload, mesh, request, token, claims, pasted }: FormPart) {
    this.workload.value = workload;
    for (const name of meshNames) fieldOf(name).value = mesh[name];
    for (const name of requestNames) fieldOf(name).value = request[name];
    // What is said there decides, and is seen.
    for (const name of [...meshNames, ...connectionNames])
      if (fieldOf(name).value !== "") openFold(fieldOf(name));
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
      if (message !== undefined && field.id === blamed) {
        field.setAttribute("aria-invalid", "true");
        openFold(field);
      } else field.removeAttribute("aria-invalid");
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

  private get fields(): Field[] {
    const others = [this.workload, this.claims, this.pasted, this.jwks, this.unverified];
    return [...others, ...[...meshNames, ...requestNames].map(fieldOf)];
  }
}

const connectionNames = [
  "remote",
  "peer",
  "principal",
  "certificate",
  "sni",
  "destination",
  "metadata",
  "now",
] as const;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Each field's id is its name. */
function fieldOf(name: keyof SceneRequest | keyof SceneMesh): Field {
  if (name === "headers") return byId(name, HTMLTextAreaElement);
  return name === "proxy" ? byId(name, HTMLSelectElement) : byId(name, HTMLInputElement);
}

/** What stands in the fields that `known` has the names of. */
const valuesOf = <T extends SceneRequest | SceneMesh>(known: T): T =>
  Object.fromEntries(
    Object.keys(known).map((name) => [name, fieldOf(name as keyof SceneRequest | keyof SceneMesh).value]),
  ) as unknown as T;

function openFold(field: Field): void {
  const fold = field.closest("details");
  if (fold !== null) fold.open = true;
}
