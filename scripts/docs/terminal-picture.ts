// A terminal with a command and what it printed, as an SVG: text that can be selected, and no font to ship. Blanks are kept by `xml:space`,
// which every viewer knows; the newer `white-space: pre` is not that widespread.

/** In pixels; the letters of a monospaced font are 0.6 of its size wide. */
const SIZE = 13;
const COLUMN = SIZE * 0.6;
const LINE = 18;
const MARGIN = 16;
const BAR = 30;

/** The colours that the command prints (SGR parameters) on the dark ground of the picture. */
const colours: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "36": "#79c0ff",
};

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly colour: string | undefined;
}

const plain: Style = { bold: false, dim: false, colour: undefined };

/**
 * The picture.
 * @param command the line behind the prompt; may have line ends
 * @param output with SGR sequences for bold, dim and the colours above
 * @param columns of the terminal
 */
export function terminalPicture(command: string, output: string, columns: number): string {
  const typed = command.split("\n").map((line, i) => `${i === 0 ? "\u001b[32m$\u001b[39m " : "  "}${line}`);
  const lines = [...typed, ...output.trimEnd().split("\n")];
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = BAR + lines.length * LINE + MARGIN;
  const rows: string[] = [];
  let style = plain;
  lines.forEach((line, i) => {
    const spans: string[] = [];
    for (const [, sequence, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
      if (text === undefined) style = styled(style, sequence!);
      else spans.push(span(text, style));
    }
    if (spans.length > 0) {
      rows.push(`<text x="${MARGIN}" y="${BAR + i * LINE + SIZE}">${spans.join("")}</text>`);
    }
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="jwt-policy explain in a terminal">
<style>text { font: ${SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; } .b { font-weight: bold } .d { fill: #8b949e }</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${["#ff5f57", "#febc2e", "#28c840"].map((fill, i) => `<circle cx="${18 + 18 * i}" cy="15" r="5" fill="${fill}"/>`).join("")}
${rows.join("\n")}
</svg>
`;
}

function styled(style: Style, sequence: string): Style {
  if (sequence === "1") return { ...style, bold: true };
  if (sequence === "2") return { ...style, dim: true };
  if (sequence === "22") return { ...style, bold: false, dim: false };
  if (sequence === "39") return { ...style, colour: undefined };
  if (Object.hasOwn(colours, sequence)) return { ...style, colour: colours[sequence] };
  throw new Error(`the picture has no style for SGR ${sequence}`);
}

function span(text: string, { bold, dim, colour }: Style): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const classes = [...(bold ? ["b"] : []), ...(dim ? ["d"] : [])].join(" ");
  const attributes = [
    ...(classes === "" ? [] : [` class="${classes}"`]),
    ...(colour === undefined ? [] : [` style="fill:${colour}"`]),
  ].join("");
  return attributes === "" ? escaped : `<tspan${attributes}>${escaped}</tspan>`;
}
