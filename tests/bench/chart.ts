// The chart of the README: for each kind of request what native costs and what this filter costs, each group to a scale of its own.

import { wrapped } from "./chart-text.js";
import { BARE } from "./measure.js";
import type { BenchResult } from "./report.js";
import {
  NATIVE,
  NATIVE_CACHE,
  NATIVE_ISSUERS,
  NATIVE_POLICIES,
  OURS,
  OURS_ISSUERS,
  OURS_POLICIES,
  OURS_WASM,
} from "./variants.js";
import type { WorkloadName } from "./workloads.js";

interface Group {
  readonly title: string;
  readonly workload: WorkloadName;
  readonly variants: readonly string[];
}

const groups: readonly Group[] = [
  { title: "A token seen before", workload: "repeated", variants: [NATIVE, NATIVE_CACHE, OURS] },
  { title: "A new token, RS256", workload: "unique", variants: [NATIVE, OURS, OURS_WASM] },
  { title: "1,000 policies", workload: "repeated", variants: [NATIVE_POLICIES, OURS_POLICIES] },
  { title: "100 issuers, a new token", workload: "unique", variants: [NATIVE_ISSUERS, OURS_ISSUERS] },
];

/** Of the picture, and around what is drawn. */
const WIDTH = 792;
const MARGIN = 16;
const LABELS = 276;
const BAR = 18;
const ROW = 24;
const BARS = WIDTH - LABELS - MARGIN - 74;

/** An SVG that reads on light and on dark pages. */
export function benchChart(result: BenchResult): string {
  const lines: string[] = [];
  let y = 62;
  for (const group of groups) {
    const rows = group.variants.map((variant) => ({
      variant,
      cost: result.costs.find((one) => one.workload === group.workload && one.variant === variant)!.median,
    }));
    const most = Math.max(...rows.map(({ cost }) => cost));
    lines.push(`<text class="title" x="${MARGIN}" y="${y + 12}">${group.title}</text>`);
    y += ROW;
    for (const { variant, cost } of rows) {
      const width = Math.max(2, (Math.max(0, cost) / most) * BARS);
      const kind = variant.startsWith("native") ? "native" : "ours";
      lines.push(
        `<text x="${LABELS - 10}" y="${y + 13}" text-anchor="end">${variant}</text>`,
        `<rect class="${kind}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 13}">${cost.toFixed(cost < 100 ? 1 : 0)} µs</text>`,
      );
      y += ROW;
    }
    y += 12;
  }
  const scale = "Each group has a scale of its own: bars of two groups do not compare.";
  const caption = `CPU of the Envoy process per request, over a listener with ${BARE}. Envoy ${result.envoy}, ${result.machine}, ${result.date}.`;
  const captionLines = wrapped(caption, WIDTH - 2 * MARGIN);
  const height = y + 8 + captionLines.length * 15 + MARGIN / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${caption} ${scale}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f; } .title { font-weight: 600; font-size: 13px; } .small { font-size: 11px; }
  .paper { fill: #fff; } .native { fill: #8c959f; } .ours { fill: #1f6feb; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .paper { fill: #0d1117; } .native { fill: #6e7681; } .ours { fill: #388bfd; } }
</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${MARGIN}" y="26" style="font-size:15px">What authentication and authorization cost a request</text>
<text class="small" x="${MARGIN}" y="44">${scale}</text>
${lines.join("\n")}
${captionLines.map((line, i) => `<text class="small" x="${MARGIN}" y="${y + 12 + i * 15}">${line}</text>`).join("\n")}
</svg>
`;
}
