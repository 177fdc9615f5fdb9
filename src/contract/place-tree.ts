/** Where every value of a document stands, kept as offsets: lines are counted only for what a row or a problem points to. */

/** Offsets into the text. */
export interface PlaceNode {
  readonly at: number;
  /** of the key that names the value; the value's own where it has none */
  readonly keyAt: number;
  /** by key or index */
  readonly members?: Map<string | number, PlaceNode>;
}

/** The node of a value, or of the nearest one above it that exists. */
export function nearestNode(root: PlaceNode, path: readonly (string | number)[]): PlaceNode {
  let node = root;
  for (const part of path) {
    const next = node.members?.get(part);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** Both count from 1. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/** Lines of a text by offset, by halving. `starts` = the offsets where lines begin, ascending, the first one 0. */
export function linePosition(starts: readonly number[], offset: number): LinePosition {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
