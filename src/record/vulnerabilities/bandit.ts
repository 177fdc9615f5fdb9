/** `bandit --format json`. */
import { z } from 'zod';
import { isMapping } from '../json-report.ts';
import { type Finding, named } from './finding.ts';
import { defineReader } from './reader.ts';
import { fromWord } from './severity.ts';

const result = z.looseObject({
  filename: z.string(),
  line_number: z.int(),
  issue_severity: z.string(),
  issue_text: z.string(),
  test_id: z.string(),
});

const RATINGS = ['HIGH', 'MEDIUM', 'LOW'] as const;

const schema = z.looseObject({
  generated_at: z.string().optional(),
  errors: z.array(z.looseObject({ filename: z.string().optional(), reason: z.string().optional() })),
  metrics: z.looseObject({ _totals: z.looseObject({ loc: z.number() }).catchall(z.unknown()) }),
  results: z.array(result),
});
type Report = z.output<typeof schema>;

export const bandit = defineReader({
  format: 'bandit',
  recognises: (document) =>
    isMapping(document) && isMapping(document['metrics']) && 'results' in document && 'errors' in document,
  schema,
  read: (report) => {
    const findings = report.results.map(toFinding);
    return { tool: 'bandit', findings, madeAt: report.generated_at, doubts: doubtsOf(report) };
  },
});

function toFinding({
  filename,
  line_number: line,
  issue_severity: word,
  issue_text: title,
  test_id: id,
}: {
  filename: string;
  line_number: number;
  issue_severity: string;
  issue_text: string;
  test_id: string;
}): Finding {
  const place = { file: filename, line };
  return { ...named([id]), severity: fromWord(word), title, ...place, versions: [], fixedIn: [], tools: ['bandit'] };
}

/** The totals count what `--severity-level` and `--confidence-level` keep out of the list too. */
function doubtsOf({ errors, metrics, results }: Report): string[] {
  const doubts = errors.map(
    ({ filename, reason }) => `it could not read ${filename ?? 'a file'} (${reason ?? 'no reason'})`,
  );
  if (metrics._totals.loc === 0) doubts.push('it looked at no line of code');
  for (const rating of RATINGS) {
    const counted = metrics._totals[`SEVERITY.${rating}`];
    const listed = results.filter(({ issue_severity: word }) => word.toUpperCase() === rating).length;
    if (typeof counted === 'number' && counted > listed) {
      doubts.push(
        `it counts ${counted} findings of severity ${rating} and lists ${listed} (run bandit without a level)`,
      );
    }
  }
  return doubts;
}
