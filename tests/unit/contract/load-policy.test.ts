import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import { InputError } from '../../../src/errors.ts';

function load(text?: string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-policy-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const contracts = path.join(dir, 'contracts');
  mkdirSync(contracts);
  if (text !== undefined) writeFileSync(path.join(contracts, 'policy.yaml'), text);
  return loadPolicy(contracts);
}

function refusal(text: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('The policy was accepted.');
}

const HEAD = 'schema: gate10/policy/v1\n';
const waiver = (changes: Readonly<Record<string, string>> = {}): string => {
  const terms = {
    covers: 'vulnerability',
    id: 'W-1',
    owner: 'Shop team',
    approvedBy: 'Security',
    reason: 'The parser is never reached.',
    granted: '2026-11-01',
    expires: '2026-12-01',
    finding: 'CVE-2021-3807',
    ...changes,
  };
  const lines = Object.entries(terms).filter(([, value]) => value !== '');
  return `  -\n${lines.map(([key, value]) => `    ${key}: ${value}\n`).join('')}`;
};

test('without a file, the policy is what the authority says', () => {
  const { vulnerabilities, performance, waivers } = load();
  expect(vulnerabilities.severities).toMatchObject({
    critical: 'block',
    high: 'block',
    medium: 'waiver',
    low: 'report',
  });
  expect(performance.classes).toEqual({ service: { p95: 200 }, 'user-facing': { p95: 2000 }, llm: { p95: 30_000 } });
  expect(waivers).toEqual([]);
});

test('a file changes only what it says', () => {
  const { vulnerabilities, performance } = load(
    `${HEAD}vulnerabilities: { severities: { low: waiver } }\nperformance: { classes: { batch: { p95: 1m } } }\n`,
  );
  expect(vulnerabilities.severities).toMatchObject({ critical: 'block', low: 'waiver' });
  expect(vulnerabilities.suppressions).toBe('refuse');
  expect(performance.classes).toMatchObject({ service: { p95: 200 }, batch: { p95: 60_000 } });
});

test('the policy of the embedded system can be loaded', () => {
  expect(loadPolicy(path.resolve('contracts')).waivers).toEqual([]);
});

test.each<[string, string, RegExp]>([
  [
    'lasts too long',
    waiver({ expires: '2027-02-01' }),
    /policy\.yaml:10:\S* waivers\.0\.expires: it lasts 92 days, 90 is/,
  ],
  ['ends before it begins', waiver({ expires: '2026-10-01' }), /ends before it begins/],
  [
    'is approved by its owner',
    waiver({ approvedBy: 'shop team' }),
    /:7:\S* waivers\.0\.approvedBy: the owner approved/,
  ],
  ['has the id of another', waiver() + waiver(), /"W-1" is there twice/],
  ['has no owner', waiver({ owner: '' }), /"owner" is missing/],
  ['has no reason', waiver({ reason: '""' }), /waivers\.0\.reason: the value is too small/],
  ['never ends', waiver({ expires: '' }), /"expires" is missing/],
  ['names no finding', waiver({ finding: '' }), /"finding" is missing/],
  ['covers everything', waiver({ covers: '"*"' }), /waivers\.0/],
  ['has a day that does not exist', waiver({ granted: '2026-02-30' }), /waivers\.0\.granted/],
])('a waiver that %s is refused', (_, text, said) => {
  expect(refusal(`${HEAD}waivers:\n${text}`)).toMatch(said);
});

test.each<[string, string, RegExp]>([
  ['an unknown key', 'vulnerability: {}\n', /policy\.yaml:2:1: vulnerability: .*Did you mean "vulnerabilities"/],
  ['an unknown class', 'performance: { default: fast }\n', /:2:\d+: performance\.default: the class "fast"/],
  ['an operation of no class', 'performance: { operations: { GET /jobs: { class: x } } }\n', /the class "x" is not/],
  ['fewer samples at most than at least', 'performance: { maxSamples: 20 }\n', /"maxSamples" is less/],
  ['an unknown severity', 'vulnerabilities: { severities: { huge: block } }\n', /severities/],
  ['an allowed secret without its fingerprint', 'secrets: { allow: [{ file: a }] }\n', /"fingerprint" is missing/],
])('%s is refused, with its line', (_, text, said) => {
  expect(refusal(HEAD + text)).toMatch(said);
});
