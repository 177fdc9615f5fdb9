/** `coverage-summary.json`: numbers alone, so that nothing can be merged with it. */
import { z } from 'zod';
import { notJson } from '../results/json-fault.ts';
import { lineOfKey, parseJson } from './istanbul.ts';
import { type Counts, type CoverageRead, MEASURES, type Measure } from './model.ts';

const counted = z
  .object({ total: z.int().nonnegative(), covered: z.int().nonnegative() })
  .refine(({ total, covered }) => covered <= total, { error: 'more is covered than there is' });
const file = z.object({ lines: counted, branches: counted, functions: counted, statements: counted });
const report = z.record(z.string(), file);

export function readIstanbulSummary(text: string): CoverageRead {
  const parsed = parseJson(text);
  if (parsed === undefined) return { ok: false, problems: [notJson(text)] };
  const checked = report.safeParse(parsed.value);
  if (!checked.success) {
    const problems = checked.error.issues.slice(0, 20).map(({ path, message }) => ({
      code: 'wrong-shape',
      line: lineOfKey(text, String(path[0] ?? '')),
      path: path.slice(1).join('.'),
      what: `the entry of a file: ${message}`,
    }));
    return { ok: false, problems };
  }
  const files = Object.entries(checked.data)
    .filter(([name]) => name !== 'total')
    .map(([name, entry]) => ({ path: name.replaceAll('\\', '/'), measures: toCounts(entry) }));
  return { ok: true, files, doubts: [] };
}

function toCounts(entry: z.output<typeof file>): Record<Measure, Counts> {
  return Object.fromEntries(
    MEASURES.map((measure) => {
      const { covered, total } = entry[measure];
      return [measure, { kind: 'counts', covered, total }];
    }),
  ) as Record<Measure, Counts>;
}
