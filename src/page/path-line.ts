/** The user path, left to right, with every layer under it. Which build it is stands apart: no part of the path is at fault. */
import { LAYER_TITLES, type LayerId } from '../contract/layers.ts';
import type { LayerVerdict } from '../verdict/schema.ts';
import { mark, type Paint } from './screen.ts';

const PARTS: readonly (readonly [title: string, layers: readonly LayerId[]])[] = [
  ['DNS', ['dns']],
  ['TLS', ['tls']],
  ['Frontend', ['frontend']],
  ['Proxy', ['integration', 'cors']],
  ['Backend', ['runtime', 'endpoints', 'authentication', 'environment', 'security']],
  ['Database', ['database', 'schema', 'storage']],
  ['APIs', ['external-apis']],
];

const RANK: readonly LayerVerdict['status'][] = ['failed', 'inconclusive', 'warned', 'passed', 'absent'];

/** What is drawn of a layer: verdicts and scorecards have it. */
export interface DrawnPath {
  readonly layers: readonly Pick<LayerVerdict, 'layer' | 'status' | 'rows' | 'failed'>[];
}

/** Two to seven lines, each at most `columns` wide. */
export function drawPath(verdict: DrawnPath, paint: Paint, columns: number): string[] {
  const of = (id: LayerId): DrawnPath['layers'][number] | undefined => verdict.layers.find(({ layer }) => layer === id);
  const parts = PARTS.map(([title, layers]) => {
    const statuses = layers.map((id) => of(id)?.status ?? 'inconclusive');
    const worst = RANK.find((status) => statuses.includes(status)) ?? 'inconclusive';
    return { title, text: `${title} ${mark(worst, paint)}`, width: title.length + 2 };
  });
  return [
    ...wrap(['User', ...parts.map(({ text }) => text)], [4, ...parts.map(({ width }) => width)], columns),
    ...drawLayers(verdict, paint, columns),
  ];
}

function wrap(parts: readonly string[], widths: readonly number[], columns: number): string[] {
  const lines: string[] = [];
  let [line, used] = ['', 0];
  for (const [index, part] of parts.entries()) {
    const width = widths[index] ?? part.length;
    if (used > 0 && used + 3 + width > columns) {
      lines.push(line);
      [line, used] = ['    ', 4];
    }
    const joint = index === 0 ? '' : ' → ';
    line += `${joint}${part}`;
    used += joint.length + width;
  }
  return [...lines, line];
}

/** Every layer with its rows: `✓ TLS 6`, `✗ Integration 2 of 5`, `· Schema absent`. */
function drawLayers(verdict: DrawnPath, paint: Paint, columns: number): string[] {
  const cells = verdict.layers.map((layer) => {
    const { status, rows, failed } = layer;
    const count =
      status === 'absent'
        ? 'absent'
        : status === 'passed'
          ? `${rows}`
          : `${rows - failed.length} of ${Math.max(rows, failed.length)}`;
    return { status, text: `${LAYER_TITLES[layer.layer]} ${count}` };
  });
  const width = Math.max(...cells.map(({ text }) => text.length)) + 4;
  const perLine = Math.max(1, Math.floor(columns / width));
  const lines: string[] = [];
  for (let start = 0; start < cells.length; start += perLine) {
    const line = cells
      .slice(start, start + perLine)
      .map(({ status, text }) => `${mark(status, paint)} ${text.padEnd(width - 2)}`)
      .join('');
    lines.push(line.trimEnd());
  }
  return lines;
}
