// XML, as much as reports have of it.

/** An element with its content, in lines. Attributes are escaped here; the content is elements. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${written.join("")}`;
  if (content.length === 0) return `${start}/>`;
  return [`${start}>`, ...content.map((one) => one.replaceAll(/^(?= *<)/gm, "  ")), `</${name}>`].join("\n");
}

/** An element with a message and a text. */
export const textElement = (name: string, message: string, lines: readonly string[]) =>
  `<${name} message="${escaped(message)}">${escaped(lines.join("\n"))}</${name}>`;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no characters for most controls, not even as references (§2.2). */
function escaped(value: string): string {
  return value
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replaceAll(/[&<>"]/g, (character) => entities[character]!);
}
