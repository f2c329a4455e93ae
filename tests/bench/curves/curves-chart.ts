// The curves as small pictures in one: each with a scale of its own, from nothing to the most that any of its lines reaches.

import { BARE } from "../measure.js";
import { wrapped } from "../chart-text.js";
import { NATIVE, NATIVE_CACHE, OURS } from "../variants.js";
import { costAt, type CurveResult, type CurvesResult } from "./report.js";

const WIDTH = 792;
const MARGIN = 16;
const COLUMNS = 3;
const GAP = 24;
const PANEL = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
const PLOT = 120;
/** Above the highest line, where the scale is written. */
const HEADROOM = 14;
/** Width of what stands for a kind. */
const MARK = 24;
/** Of a panel: its title, the line under it, the plot, the labels. */
const PANEL_HEIGHT = PLOT + 78;
const HEAD = 84;

const lines = [
  [NATIVE, "native"],
  [NATIVE_CACHE, "cached"],
  [OURS, "ours"],
] as const;

/** An SVG that reads on light and on dark pages. */
export function curvesChart(result: CurvesResult): string {
  const panels = result.curves.map((curve, i) => {
    const x = MARGIN + (i % COLUMNS) * (PANEL + GAP);
    const y = HEAD + Math.floor(i / COLUMNS) * PANEL_HEIGHT;
    return panel(curve, x, y);
  });
  const caption = `CPU of the Envoy process per request, over a listener with ${BARE}. Envoy ${result.envoy}, ${result.machine}, load ${result.load.toFixed(1)}, ${result.date}.`;
  const scale =
    "Each picture has a scale of its own, from 0 to the figure at its upper left; steps to the right are not in proportion.";
  const captionLines = wrapped(caption, WIDTH - 2 * MARGIN);
  const end = HEAD + Math.ceil(result.curves.length / COLUMNS) * PANEL_HEIGHT;
  const height = end + captionLines.length * 15 + MARGIN / 2;
  const legend = lines.map(([series, kind], i) => {
    const x = MARGIN + i * 190;
    return `<path class="${kind}" d="M${x} 60h24"/><text class="small" x="${x + 30}" y="64">${series}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${caption} ${scale}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f; } .title { font-weight: 600; font-size: 13px; } .small { font-size: 11px; }
  path { fill: none; stroke-width: 2; } .paper { fill: #fff; } .axis { stroke: #d0d7de; stroke-width: 1; }
  .native, .cached { stroke: #8c959f; } .cached { stroke-dasharray: 5 3; } .ours { stroke: #1f6feb; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .paper { fill: #0d1117; } .axis { stroke: #30363d; } .native, .cached { stroke: #6e7681; } .ours { stroke: #388bfd; } }
</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${MARGIN}" y="26" style="font-size:15px">What a request costs as something grows</text>
<text class="small" x="${MARGIN}" y="44">${scale}</text>
${legend.join("\n")}
${panels.join("\n")}
${captionLines.map((line, i) => `<text class="small" x="${MARGIN}" y="${end + 6 + i * 15}">${line}</text>`).join("\n")}
</svg>
`;
}

function panel({ title, told, grows, points }: CurveResult, x: number, y: number): string {
  const most = Math.max(...points.flatMap((point) => lines.map(([series]) => costAt(point, series))));
  const top = y + 36;
  const bottom = top + PLOT;
  const step = PANEL / points.length;
  const at = (i: number) => x + step * (i + 0.5);
  const drawn = lines.map(([series, kind]) => {
    const path = points.map((point, i) => {
      const cost = Math.max(0, costAt(point, series));
      const height = (bottom - (cost / most) * (PLOT - HEADROOM)).toFixed(1);
      // Kinds beside each other are no line: each has a mark of its own.
      if (!grows) return `M${(at(i) - MARK / 2).toFixed(1)} ${height}h${MARK}`;
      return `${i === 0 ? "M" : "L"}${at(i).toFixed(1)} ${height}`;
    });
    return `<path class="${kind}" d="${path.join("")}"/>`;
  });
  return [
    `<text class="title" x="${x}" y="${y + 10}">${title}</text>`,
    `<text class="small" x="${x}" y="${y + 25}">${told}</text>`,
    `<path class="axis" d="M${x} ${top}v${PLOT}h${PANEL}"/>`,
    `<text class="small" x="${x + 4}" y="${top + 4}">${most.toFixed(most < 100 ? 1 : 0)} µs</text>`,
    ...drawn,
    ...points.map(
      ({ label }, i) =>
        `<text class="small" x="${at(i).toFixed(1)}" y="${bottom + 15}" text-anchor="middle">${label}</text>`,
    ),
  ].join("\n");
}
