/** A share of `npm run fuzz`; and that it finds what there is to find. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRouteFaults } from '../../../reference-system/route-faults.ts';
import { type OpenTarget, openInProcess } from '../generic/open-target.ts';
import { showFindings } from '../generic/subject.ts';
import { runFuzz } from './run-fuzz.ts';

const faults = createRouteFaults({ random: () => 0, nowMs: () => 0 });
let target: OpenTarget;
beforeAll(async () => {
  target = await openInProcess({ wrap: faults.wrap });
});
afterAll(() => target.stop());

test('random requests get no 5xx and nothing that breaks the contract', async () => {
  const { cases, findings, operations } = await runFuzz(target, { cases: 250, seed: 1 });
  expect(showFindings(findings)).toBe('');
  expect([cases, operations.size]).toEqual([250, target.documents.get('api')?.operations.length]);
});

describe('what random requests find', () => {
  const jobs = { cases: 40, seed: 2, operations: ['GET /jobs'] };

  test.each([
    ['a failure', { status: 500, body: '{}', contentType: 'application/problem+json' }, 'GET /jobs answers 500'],
    ['a field of another type', { patchJson: { '/total': 'many' } }, '/total must be integer'],
  ])('%s is shown with the smallest request', async (_name, action, message) => {
    faults.replace([{ match: { path: '/jobs' }, action }]);
    const { findings } = await runFuzz(target, jobs);
    faults.clear();
    expect(showFindings(findings)).toContain(message);
    expect(findings.map(({ curl }) => curl)).toContainEqual(
      expect.stringMatching(/^curl -i 'http:\/\/127[^ ]+\/jobs'$/),
    );
  });

  test('is the same for the same seed', async () => {
    const runs = [await runFuzz(target, jobs), await runFuzz(target, jobs)];
    expect(runs[0]?.statuses).toEqual(runs[1]?.statuses);
  });
});
