// The chart of the README: for each kind of request what native costs and what this filter costs, each group to a scale of its own.

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

const WIDTH = 760;
const LABELS = 260;
const BAR = 18;
const ROW = 24;
const BARS = WIDTH - LABELS - 90;

/** An SVG that reads on light and on dark pages. */
export function benchChart(result: BenchResult): string {
  const lines: string[] = [];
  let y = 46;
  for (const group of groups) {
    const rows = group.variants.map((variant) => ({
      variant,
      cost: result.costs.find((one) => one.workload === group.workload && one.variant === variant)!.median,
    }));
    const most = Math.max(...rows.map(({ cost }) => cost));
    lines.push(`<text class="title" x="0" y="${y + 12}">${group.title}</text>`);
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
  const caption = `CPU of the Envoy process per request, over a listener with ${BARE}. Envoy ${result.envoy}, ${result.machine}, ${result.date}.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 24}" viewBox="0 0 ${WIDTH} ${y + 24}" role="img" aria-label="${caption}">
<style>
  svg { background: #fff; } text { font: 12px system-ui, sans-serif; fill: #24292f; } .title { font-weight: 600; font-size: 13px; }
  .native { fill: #8c959f; } .ours { fill: #1f6feb; }
</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="0" y="22" style="font-size:15px">What authentication and authorization cost a request</text>
${lines.join("\n")}
<text x="0" y="${y + 12}" style="font-size:11px">${caption}</text>
</svg>
`;
}
