/**
 * The text that Prometheus scrapes: exposition format 0.0.4 and OpenMetrics 1.0, read strictly. A line that is not
 * understood makes the whole text unreadable, as it does for Prometheus itself.
 */

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Exposition =
  | { readonly ok: true; readonly series: readonly Series[] }
  | { readonly ok: false; readonly why: string };

/** Series by name and labels, as PromQL writes them. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly holds: (value: string) => boolean }[];
}

const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\\n]|\\[\\"n])*)"\s*(,?)/y;
/** Prometheus 3 writes names that are no identifiers in quotes, inside the braces. */
const QUOTED_NAME = /\s*"((?:[^"\\\n]|\\[\\"n])*)"\s*(,?)/y;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[Ii]nf(?:inity)?)|NaN)$/;
const TYPES = new Set([
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
]);

export function parseExposition(text: string): Exposition {
  const series: Series[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const read = line.trim() === '' ? undefined : line.startsWith('#') ? readComment(line) : readSeries(line);
    if (read === undefined) continue;
    if (typeof read === 'string') return { ok: false, why: `line ${index + 1} ${read}` };
    series.push(read);
  }
  return { ok: true, series };
}

/** Only what other lines depend on has a form: `# TYPE name type`. */
function readComment(line: string): string | undefined {
  const [, keyword, name, type = ''] = line.trim().split(/\s+/);
  if (keyword !== 'TYPE' || name === undefined) return undefined;
  return TYPES.has(type) ? undefined : `declares the unknown type "${type.slice(0, 30)}"`;
}

function readSeries(line: string): Series | string {
  const head = readHead(line);
  if (typeof head === 'string') return head;
  // An exemplar (OpenMetrics) follows after " # "; it says nothing about the value.
  const rest = line.slice(head.end).replace(/ # \{.*$/, '');
  const [value = '', time, ...more] = rest.trim().split(/[ \t]+/);
  if (!VALUE.test(value)) return 'has no number as its value';
  if (more.length > 0 || (time !== undefined && !/^-?\d+(?:\.\d+)?$/.test(time)))
    return 'has more than a value and a time';
  const labels = Object.fromEntries(head.labels.map(({ label, text }) => [label, text]));
  if (head.labels.some(({ operator }) => operator !== '=')) return 'has a label without "="';
  if (Object.keys(labels).length < head.labels.length) return 'has a label twice';
  return { name: head.name, labels, value: toNumber(value) };
}

function toNumber(text: string): number {
  const infinite = /^([+-]?)inf/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

interface Head {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly operator: string; readonly text: string }[];
  /** Where the rest of the line begins. */
  readonly end: number;
}

function readHead(line: string): Head | string {
  NAME.lastIndex = 0;
  let name = NAME.exec(line)?.[0] ?? '';
  let at = name.length;
  const labels: Head['labels'][number][] = [];
  if (line[at] === '{' || (name !== '' && /^[ \t]+\{/.test(line.slice(at)))) {
    at = line.indexOf('{', at) + 1;
    let more = true;
    while (more && !/^\s*\}/.test(line.slice(at))) {
      LABEL.lastIndex = at;
      QUOTED_NAME.lastIndex = at;
      const label = LABEL.exec(line);
      const quoted = label === null && name === '' ? QUOTED_NAME.exec(line) : null;
      const found = label ?? quoted;
      if (found === null) return 'has labels that are not readable';
      at += found[0].length;
      more = found.at(-1) === ',';
      if (quoted !== null) name = unescaped(quoted[1] ?? '');
      if (label !== null)
        labels.push({ label: label[1] ?? '', operator: label[2] ?? '', text: unescaped(label[3] ?? '') });
    }
    const close = /^\s*\}/.exec(line.slice(at));
    if (close === null) return 'has labels that do not end';
    at += close[0].length;
  } else if (name !== '' && at < line.length && !/[ \t]/.test(line[at] ?? '')) return 'has a name that is not one';
  return name === '' ? 'has no name' : { name, labels, end: at };
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

/** A text = why it is none. Patterns are anchored at both ends, as in PromQL. */
export function parseSelector(text: string): Selector | string {
  const head = readHead(text.trim());
  if (typeof head === 'string') return head;
  if (text.trim().slice(head.end) !== '') return 'has something after its labels';
  const matchers: Selector['matchers'][number][] = [];
  for (const { label, operator, text: wanted } of head.labels) {
    const pattern = operator.endsWith('~') ? toPattern(wanted) : undefined;
    if (operator.endsWith('~') && pattern === undefined) return `has a pattern that is none: ${wanted}`;
    const equal = (value: string): boolean => pattern?.test(value) ?? value === wanted;
    matchers.push({ label, holds: (value) => equal(value) !== operator.startsWith('!') });
  }
  return { name: head.name, matchers };
}

function toPattern(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    return undefined;
  }
}

/** The sum over all series that it selects; `undefined` = there is none. */
export function sumOf(series: readonly Series[], { name, matchers }: Selector): number | undefined {
  const selected = series.filter(
    (one) => one.name === name && matchers.every(({ label, holds }) => holds(one.labels[label] ?? '')),
  );
  return selected.length === 0 ? undefined : selected.reduce((sum, { value }) => sum + value, 0);
}
