// The house as a picture: a box for each folder, boxes in boxes, and the arrows of their imports. Arrows that others say together are left out.

import { posix } from "node:path";
import { withoutShortcuts } from "./arrows.js";
import { arrowsWithin, OWN } from "./folders.js";
import type { Sources } from "./imports.js";
import { inLayers, type Point, type Size } from "./layers.js";

/** In pixels; letters of a monospaced font are 0.6 of its size wide. */
const SIZE = 12;
const LETTER = SIZE * 0.6;
const PADDING = 12;
const LINE = 26;

/** A box, its elements placed as if its corner were at 0, 0. */
interface Drawing extends Size {
  readonly elements: string;
}

/**
 * The SVG.
 * @param parts folders at the top that it shows
 * @param label for those who cannot see it
 */
export function housePicture(sources: Sources, parts: readonly string[], label: string): string {
  const shown = new Map([...sources].filter(([path]) => parts.includes(path.split("/")[0]!)));
  const { width, height, elements } = contents(shown, "");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<style>
  svg { background: #fff } text { font: ${SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #24292f }
  .f0 { fill: #f6f8fa } .f1 { fill: #eaeef2 } .f2 { fill: #ddf4ff } .o { fill: #fff; stroke-dasharray: 3 2 } rect { stroke: #8c959f } .a { fill: none; stroke: #57606a } .h { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 } text { fill: #e6edf3 } .f0 { fill: #161b22 } .f1 { fill: #21262d } .f2 { fill: #0c2d6b } .o { fill: #0d1117 } rect { stroke: #6e7681 } .a { stroke: #8b949e } .h { fill: #8b949e }
  }
</style>
<defs><marker id="h" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="h" d="M0 0L8 4L0 8z"/></marker></defs>
${elements}</svg>
`;
}

/** What is in a folder: layers of boxes, those that know above those that are known. */
function contents(sources: Sources, folder: string): Drawing {
  const arrows = withoutShortcuts(arrowsWithin(sources, folder));
  const boxes = new Map<string, Drawing>();
  for (const name of arrows.keys()) {
    boxes.set(name, name === OWN ? ownBox() : folderBox(sources, posix.join(folder, name), name));
  }
  const layers = inLayers(boxes, arrows, PADDING);
  const placed = [...layers.boxes].map(([name, { x, y }]) => {
    const { width, height, elements } = boxes.get(name)!;
    return `<g transform="translate(${round(x - width / 2)} ${round(y - height / 2)})">\n${elements}</g>\n`;
  });
  return {
    width: layers.width,
    height: layers.height,
    elements: [...layers.lines.map(line), ...placed].join(""),
  };
}

function folderBox(sources: Sources, folder: string, name: string): Drawing {
  const title = `<text x="${PADDING}" y="17">${name}/</text>\n`;
  const titleWidth = (name.length + 1) * LETTER + 2 * PADDING;
  const kind = `f${Math.min(folder.split("/").length - 1, 2)}`;
  const within = arrowsWithin(sources, folder);
  if (within.size === 1 && within.has(OWN)) return box(kind, Math.ceil(titleWidth), LINE, title);
  const inner = contents(sources, folder);
  const width = Math.ceil(Math.max(titleWidth, inner.width));
  const inside = `<g transform="translate(${round((width - inner.width) / 2)} 16)">\n${inner.elements}</g>\n`;
  return box(kind, width, inner.height + 16, title + inside);
}

/** The files of a folder with subfolders. */
function ownBox(): Drawing {
  const name = "own files";
  return box(
    "o",
    Math.ceil(name.length * LETTER + 2 * PADDING),
    LINE,
    `<text x="${PADDING}" y="17">${name}</text>\n`,
  );
}

function box(kind: string, width: number, height: number, elements: string): Drawing {
  const ground = `<rect class="${kind}" width="${width}" height="${height}" rx="4"/>\n`;
  return { width, height, elements: ground + elements };
}

/** Through the points, rounded at those between the first and the last. */
function line(points: readonly Point[]): string {
  const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
  const middle = (one: Point, other: Point): Point => ({
    x: (one.x + other.x) / 2,
    y: (one.y + other.y) / 2,
  });
  const [first, ...rest] = points;
  let path = `M${at(first!)}`;
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    path += next === undefined ? `L${at(point)}` : `Q${at(point)} ${at(middle(point, next))}`;
  });
  return `<path class="a" marker-end="url(#h)" d="${path}"/>\n`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
