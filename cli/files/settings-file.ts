// `.jwt-policy.yaml`: what a team has decided once about `check`, for everybody and for CI.

import { InputError } from "../../policies/resources/input-error.js";
import { parseYaml } from "../../policies/documents/parse-yaml.js";
import { positionText } from "../../policies/resources/position.js";
import { entry, stringAt, stringsOf, valueAt } from "../../policies/resources/tree.js";
import { nearestName } from "../../policies/text/spelling.js";
import { fileText } from "../terminal/bounded-text.js";
import { fileFault } from "./source-files.js";

export interface CheckSettings {
  readonly failOn?: string;
  readonly ignore?: readonly string[];
  readonly rootNamespace?: string;
  readonly namespace?: string;
  readonly istioVersion?: string;
}

export const SETTINGS_FILE = ".jwt-policy.yaml";
const texts = ["failOn", "rootNamespace", "namespace", "istioVersion"] as const;
const fields = [...texts, "ignore"];

/**
 * Reads the file's `check`.
 * @param file undefined: the one in the working directory, if there is one
 * @throws InputError if it cannot be read, or has a field or a value that it should not
 */
export async function readSettings(file: string | undefined): Promise<CheckSettings> {
  const name = file ?? SETTINGS_FILE;
  const text = await fileText(name).catch((error: unknown) => {
    if (file === undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new InputError(`cannot read ${name}: ${fileFault(error)}`);
  });
  const { documents, faults } = parseYaml(text, name);
  const [fault] = faults;
  if (fault !== undefined) throw new InputError(`${positionText(fault.at)}: ${fault.message}`);
  const [tree] = documents;
  if (tree === undefined) return {};
  const refuse = (at: typeof tree.at, message: string) => new InputError(`${positionText(at)}: ${message}`);
  if (tree.kind !== "map") throw refuse(tree.at, "expected `check:` with settings below");
  for (const { key, keyAt } of tree.entries)
    if (key !== "check") throw refuse(keyAt, `${key}: unknown field; the only one is check`);
  const settings = valueAt(tree, "check");
  if (settings?.kind !== "map") throw refuse(settings?.at ?? tree.at, "check: expected settings");
  for (const { key, keyAt, value } of settings.entries) {
    const near = nearestName(key, fields);
    if (!fields.includes(key))
      throw refuse(
        keyAt,
        `check.${key}: unknown field; ${near === undefined ? `its fields are ${fields.join(", ")}` : `did you mean ${near}?`}`,
      );
    const isRight =
      key === "ignore"
        ? value.kind === "list" && stringsOf(value).length === value.items.length
        : value.kind === "scalar" && typeof value.value === "string";
    if (!isRight)
      throw refuse(value.at, `check.${key}: expected ${key === "ignore" ? "a list of ids" : "a text"}`);
  }
  const found = Object.fromEntries(
    texts.flatMap((one) => {
      const value = stringAt(settings, one);
      return value === undefined ? [] : [[one, value]];
    }),
  );
  const ignore = entry(settings, "ignore")?.value;
  return ignore === undefined ? found : { ...found, ignore: stringsOf(ignore).map(({ value }) => value) };
}
