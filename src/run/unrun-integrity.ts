/** Tests that did not run: marked so, or because the run stopped. What a failed settle left undone is one finding, not many. */
import type { Plan } from '../probe/schema.ts';
import { type CollectedRun, type CollectedTest, countedEvidence } from './collected.ts';
import { plainLine } from './plain-text.ts';
import type { IntegrityFinding } from './schema.ts';

/** The settle test itself failed; everything that depends on it is its consequence. */
export function didNotSettle({ tests }: Pick<CollectedRun, 'tests'>): boolean {
  return tests.some(({ project, results }) => project === 'settle' && results.at(-1)?.status === 'failed');
}

/** Left out by the runner because the system did not settle; a test that is marked as skipped is not excused. */
export function isLeftUnsettled(run: Pick<CollectedRun, 'tests'>, test: CollectedTest): boolean {
  const { status } = test.results.at(-1) ?? { status: 'skipped' };
  return status === 'skipped' && test.expectedStatus !== 'skipped' && didNotSettle(run);
}

/** Tests that the runner never began: marked so, or because what they depend on failed, or because it stopped. */
export function findUnrun(run: CollectedRun, plan: Plan): IntegrityFinding[] {
  const { tests } = run;
  const unrun = tests.filter(({ results }) => results.length === 0);
  const marked = unrun.filter(({ expectedStatus }) => expectedStatus === 'skipped');
  const left = unrun.filter(({ expectedStatus }) => expectedStatus !== 'skipped');
  const say = (which: readonly CollectedTest[], why: string): IntegrityFinding[] =>
    which.length === 0
      ? []
      : [
          {
            code: 'skipped',
            verdict: 'inconclusive',
            message: plainLine(
              `${which.length} of ${tests.length} tests ${why}: ${which.map(({ name }) => `"${name}"`).join(', ')}`,
            ),
          },
        ];
  return [
    ...say(marked, 'were skipped, so what they prove is not proven'),
    ...(didNotSettle(run)
      ? foldUnsettled(run, plan)
      : say(left, 'did not run, because what they depend on failed or the run stopped')),
  ];
}

function foldUnsettled(run: CollectedRun, plan: Plan): IntegrityFinding[] {
  const seen = new Set(countedEvidence(run).flatMap(({ evidence }) => evidence.rows.map(({ id }) => id)));
  const missing = plan.rows.filter(({ id }) => !seen.has(id)).length;
  const left = run.tests.filter((test) => isLeftUnsettled(run, test)).length;
  if (left === 0 && missing === 0) return [];
  const promises = missing === 0 ? '' : ` and ${missing} of ${plan.rows.length} promises`;
  const message = `the system did not settle, so ${left} of ${run.tests.length} tests${promises} were left out`;
  return [{ code: 'skipped', verdict: 'inconclusive', message }];
}
