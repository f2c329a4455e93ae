// How parts of a text stand out, whatever shows it: a terminal by SGR codes, another place in its own way.

type Painter = (text: string) => string;

export interface Colours {
  readonly bold: Painter;
  readonly dim: Painter;
  readonly red: Painter;
  readonly green: Painter;
  readonly yellow: Painter;
  readonly cyan: Painter;
}

const plain: Painter = (text) => text;

/** None: texts stay as they are. */
export const noColours: Colours = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
};
