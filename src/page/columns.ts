/** Words beside each other on a screen. */
import { plainLine } from '../run/plain-text.ts';

export type Cell = readonly [text: string, width: number];

/** Each cell at least as wide as it says, the whole at most `max` characters; nothing from outside keeps its escape sequences. */
export function inColumns(cells: readonly Cell[], max: number): string {
  const line = cells
    .map(([text, width]) => plainLine(text, 2000).padEnd(width))
    .join(' ')
    .trimEnd();
  return line.length > max ? `${line.slice(0, Math.max(1, max - 1))}…` : line;
}
