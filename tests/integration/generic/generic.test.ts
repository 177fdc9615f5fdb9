/** Every operation of the API contract, held to all that it declares. GATE10_TARGET names another system than the one here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checks } from './checks/all.ts';
import { type OpenTarget, openTarget, readDocuments } from './open-target.ts';
import { type Finding, runCheck, showFindings } from './subject.ts';

const SEED = Number(process.env['GATE10_SEED'] ?? 1);

let target: OpenTarget;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(async () => {
  expect(await target.stop()).toEqual([]);
});

const operations = [...(await readDocuments())].flatMap(([service, document]) =>
  document.operations.map((operation) => ({ name: operation.key, service, document, operation })),
);

test('the contract has operations', () => {
  expect(operations.length).toBeGreaterThan(0);
});

/** What does not apply to an operation, or may not be done in this environment, is not asked. */
test.for(operations)('$name is what its contract says', async ({ service, document, operation }, { skip }) => {
  const subject = { target, service, document, operation, seed: SEED };
  const applicable = checks.filter((check) => check.applies(subject));
  if (applicable.length === 0)
    return skip(`"${target.system.environmentName}" allows nothing that could be asked of it`);
  const findings: Finding[] = [];
  for (const check of applicable) findings.push(...(await runCheck(check, subject)));
  expect(showFindings(findings)).toBe('');
});
