// Boxes in layers, those with arrows above those that the arrows lead to: dagre's layout, with the types that its package does not bring.

import * as dagre from "@dagrejs/dagre";
import type { Arrows } from "./arrows.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Layers extends Size {
  /** Name of a box -> its middle. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** Each arrow's points, from its box's edge to the edge of the other. */
  readonly lines: readonly (readonly Point[])[];
}

interface Graph {
  setGraph(label: object): void;
  graph(): Size;
  setNode(name: string, size: Size): void;
  node(name: string): Point;
  setEdge(from: string, to: string, label: object): void;
  edges(): { readonly v: string; readonly w: string }[];
  edge(edge: object): { readonly points: readonly Point[] };
}

const { Graph, layout } = dagre as unknown as {
  readonly Graph: new () => Graph;
  readonly layout: (graph: Graph) => void;
};

/**
 * Where the boxes go. The same for the same names, whatever the order they come in.
 * @param margin around all of them, in pixels
 */
export function inLayers(sizes: ReadonlyMap<string, Size>, arrows: Arrows, margin: number): Layers {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 14, ranksep: 26, edgesep: 8, marginx: margin, marginy: margin });
  const names = [...sizes.keys()].sort();
  for (const name of names)
    graph.setNode(name, { width: sizes.get(name)!.width, height: sizes.get(name)!.height });
  for (const name of names)
    for (const to of [...(arrows.get(name) ?? [])].sort()) graph.setEdge(name, to, {});
  layout(graph);
  const { width, height } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: new Map(names.map((name) => [name, graph.node(name)])),
    lines: graph.edges().map((edge) => graph.edge(edge).points),
  };
}
