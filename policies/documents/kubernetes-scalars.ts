// What an unquoted YAML value is to Kubernetes. sigs.k8s.io/yaml reads YAML 1.1 by the rules of go-yaml 2 (resolve.go):
// a bare `y`, `on` or `no` is a boolean, `010` is eight. They are not quite those of any YAML 1.1 library: no base 60,
// and dates stay strings.

import type { Scalar } from "../resources/tree.js";

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const infinity = /^[-+]?\.(inf|Inf|INF)$/;
const notANumber = /^\.(nan|NaN|NAN)$/;
const date = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$/;

/** Integers as Go's strconv.ParseInt with base 0 takes them, after go-yaml took the underscores away. */
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

/** The value of a plain scalar with this text. */
export function resolvePlainScalar(text: string): Scalar {
  const constant = constants.get(text);
  if (constant !== undefined) return constant;
  // JSON has neither; Kubernetes refuses the document. As strings they fail wherever a number would do.
  if (infinity.test(text) || notANumber.test(text) || !/^[-+.0-9]/.test(text) || date.test(text)) return text;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const match = integer.exec(plain);
  if (match !== null) return (match[1] === "-" ? -1 : 1) * magnitude(match[2]!);
  return float.test(plain) ? Number(plain) : text;
}

function magnitude(digits: string): number {
  return /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}
