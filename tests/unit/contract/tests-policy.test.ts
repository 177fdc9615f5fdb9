/** The block `tests` of the policy: what is left out comes from the authority, what is wrong is told with its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { InputError } from '../../../src/errors.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-tests-policy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function load(tests: string) {
  writeFileSync(path.join(dir, 'policy.yaml'), `schema: gate10/policy/v1\ntests:\n${tests}\n`);
  return loadPolicy(dir).tests;
}

function problemsOf(tests: string): string[] {
  try {
    load(tests);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ line, path: at }) => `${line} ${at}`);
  }
  return [];
}

it('takes the numbers of the authority where the policy has none', () => {
  expect(load('  levels: []')).toMatchObject({
    success: { integration: 0.98, unit: 1 },
    coverage: { overall: 85, perPackage: 80, measures: ['lines', 'branches', 'functions', 'statements'] },
    flake: { rate: 0.1, runs: 5, window: 30 * 86_400_000 },
    quarantine: { maxDays: 90, maxTests: 10, tests: [] },
  });
  expect(load('  success: { integration: 0.9 }\n  flake: { runs: 2 }')).toMatchObject({
    success: { integration: 0.9, unit: 1 },
    flake: { rate: 0.1, runs: 2 },
  });
});

const entry = (dates: string): string =>
  `  quarantine:\n    - { test: t, owner: Shop, reason: the mail server is gone, ${dates} }`;

it.each<[string, string, string[]]>([
  ['a quarantine of 90 days', entry('granted: 2026-01-01, expires: 2026-04-01'), []],
  ['a quarantine of 91 days', entry('granted: 2026-01-01, expires: 2026-04-02'), ['4 tests.quarantine.0.expires']],
  [
    'a quarantine that ends before it begins',
    entry('granted: 2026-02-01, expires: 2026-01-01'),
    ['4 tests.quarantine.0.expires'],
  ],
  ['a quarantine that does not end', entry('granted: 2026-02-01'), ['4 tests.quarantine.0.expires']],
  ['a rule that fits everything', '  levels:\n    - { level: e2e }', ['4 tests.levels.0']],
  ['a level that there is not', '  levels:\n    - { level: smoke, files: a }', ['4 tests.levels.0.level']],
  ['a share in percent', '  success: { integration: 98 }', ['3 tests.success.integration']],
  ['an unknown key', '  coverage: { per_package: 80 }', ['3 tests.coverage.per_package']],
  ['no measure at all', '  coverage: { measures: [] }', ['3 tests.coverage.measures']],
  ['an absent level without a reason', '  absent: { e2e: "" }', ['3 tests.absent.e2e']],
])('%s', (_, tests, expected) => {
  expect(problemsOf(tests)).toEqual(expected);
});
