/** `gate.metrics` of contracts/policy.yaml: what is asked of a Prometheus, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { InputError } from '../../../src/errors.ts';

function load(...metrics: readonly object[]) {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-policy-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(path.join(dir, 'contracts'));
  const lines = metrics.map((metric) => `    - ${JSON.stringify(metric)}\n`).join('');
  const text = `schema: gate10/policy/v1\ngate:\n  proofMaxAge: 2h\n${lines && `  metrics:\n${lines}`}`;
  writeFileSync(path.join(dir, 'contracts/policy.yaml'), text);
  return loadPolicy(path.join(dir, 'contracts')).gate;
}

function refusal(...metrics: readonly object[]): string {
  try {
    load(...metrics);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('The policy was accepted.');
}

const ERRORS = { name: 'error-rate', query: 'sum(rate(errors[5m]))', max: 0.005 };

test('without a word, no metric is asked for', () => {
  expect(load()).toEqual({ proofMaxAge: 7_200_000, rehearsal: 'required' });
});

test('a metric has a query, a bound, and may have its age, its environment and its token', () => {
  const other = { name: 'readiness.passed', query: 'min(readiness_passed)', min: 1, max: 1 };
  const terms = { maxAge: '2m', environment: 'staging', tokenSecret: 'PROMETHEUS_TOKEN' };
  expect(load(ERRORS, { ...other, ...terms }).metrics).toEqual([ERRORS, { ...other, ...terms, maxAge: 120_000 }]);
});

test.each<[string, readonly object[], RegExp]>([
  ['no bound', [{ ...ERRORS, max: undefined }], /policy\.yaml:5:\d+: gate\.metrics\.0: it has neither "min" nor "max"/],
  ['a least that is more than the most', [{ ...ERRORS, min: 1 }], /gate\.metrics\.0: "min" is more than "max"/],
  ['two of one name', [ERRORS, ERRORS], /gate\.metrics: two metrics have the same name/],
  ['no name', [{ ...ERRORS, name: '' }], /gate\.metrics\.0\.name/],
  ['a name with an escape sequence', [{ ...ERRORS, name: 'a\u001b[2J' }], /gate\.metrics\.0\.name/],
  ['no query', [{ ...ERRORS, query: ' ' }], /gate\.metrics\.0\.query: .*a PromQL expression/],
  ['a query without an end', [{ ...ERRORS, query: 'a'.repeat(4001) }], /gate\.metrics\.0\.query/],
  ['a bound that is a text', [{ ...ERRORS, max: '0.5' }], /gate\.metrics\.0\.max: .*number/],
  ['an age of nothing', [{ ...ERRORS, maxAge: '0s' }], /gate\.metrics\.0\.maxAge: .*more than nothing/],
  ['a token instead of its name', [{ ...ERRORS, tokenSecret: 'abc.def' }], /tokenSecret: .*name of an environment var/],
  ['a key that nobody knows', [{ ...ERRORS, most: 1 }], /gate\.metrics\.0\.most: the key "most" is not known here/],
  [
    'more of them than are asked at once',
    Array.from({ length: 51 }, (_, index) => ({ ...ERRORS, name: `m${index}` })),
    /gate\.metrics/,
  ],
])('refuses %s, with its line', (_, metrics, said) => {
  expect(refusal(...metrics)).toMatch(said);
});
