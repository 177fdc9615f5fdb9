import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { samplePath, sampleText } from '../record/vulnerabilities/samples.ts';
import { folderOf, runIn } from './run-command.ts';

const clean = samplePath('npm-audit-clean.json');
const medium = JSON.stringify({
  results: [
    {
      source: { path: 'package-lock.json' },
      packages: [
        {
          package: { name: 'ansi-regex', version: '5.0.0', ecosystem: 'npm' },
          vulnerabilities: [{ id: 'GHSA-93q8-gq69-wqmw', aliases: ['CVE-2021-3807'] }],
          groups: [{ ids: ['GHSA-93q8-gq69-wqmw'], aliases: ['CVE-2021-3807'], max_severity: '5.3' }],
        },
      ],
    },
  ],
});
const policy = (expires: string): string => `schema: gate10/policy/v1
waivers:
  - covers: vulnerability
    id: W-7
    finding: CVE-2021-3807
    owner: Shop team
    approvedBy: Security
    reason: Colours of our own lines only.
    granted: 2026-11-01
    expires: ${expires}
`;

describe('gate10 vulnerabilities', () => {
  test.each<[string, Record<string, string>, string[], number, RegExp]>([
    ['a clean report', {}, [clean], 0, /^vulnerabilities: passed\n/],
    [
      'a critical finding',
      {},
      [samplePath('npm-audit.json')],
      1,
      /FAILED +GHSA-xvch-5gv4-984h .*: blocks\. Fixed in mkdirp 0\.5\.6/,
    ],
    ['a medium finding', { 'osv.json': medium }, ['osv.json'], 1, /CVE-2021-3807 .*needs a waiver/],
    [
      'a waived one',
      { 'osv.json': medium, 'contracts/policy.yaml': policy('2026-12-01') },
      ['osv.json'],
      0,
      /^vulnerabilities: warned\n .*W-7 until 2026-12-01/,
    ],
    [
      'a waiver that nothing needs',
      { 'contracts/policy.yaml': policy('2026-12-01') },
      [clean],
      0,
      /Waivers about none of them: W-7\./,
    ],
    [
      'an expired waiver',
      { 'osv.json': medium, 'contracts/policy.yaml': policy('2026-11-20') },
      ['osv.json'],
      1,
      /W-7 expired on 2026-11-20/,
    ],
    [
      'a waiver for too long',
      { 'osv.json': medium, 'contracts/policy.yaml': policy('2027-11-20') },
      ['osv.json'],
      2,
      /policy\.yaml:10:14: waivers\.0\.expires/,
    ],
    [
      'a report that npm could not make',
      {},
      [samplePath('npm-audit-refused.json')],
      3,
      /INCONCLUSIVE .*the scanner failed \(405/,
    ],
    ['a report that is not there', {}, [clean, 'gone.json'], 3, /gone\.json: nothing is known, there is no such file/],
    [
      'a finding beside a missing report',
      {},
      [samplePath('bandit.json'), 'gone.json'],
      1,
      /^vulnerabilities: FAILED\n/,
    ],
    ['a file that is no report', { 'a.json': '{}' }, [clean, 'a.json'], 2, /a\.json:1: this is no report/],
    ['no file', {}, [], 2, /missing required argument 'files'/],
  ])('%s', async (_, files, args, code, said) => {
    const ran = await runIn(folderOf(files), 'vulnerabilities', ...args);
    expect(ran.stdout + ran.stderr).toMatch(said);
    expect(ran.code).toBe(code);
  });

  test.each<[string, string, number]>([
    ['seven days ago', '2026-11-14T12:00:00Z', 0],
    ['seven days and a second ago', '2026-11-14T11:59:59Z', 3],
    ['last year, in a time without a zone', '2025-11-20 08:00:00', 3],
    ['at a time that is none', 'yesterday', 0],
  ])('a report that was made %s', async (_, madeAt, code) => {
    const report = { ...JSON.parse(sampleText('bandit.json')), results: [], generated_at: madeAt };
    const totals = { ...report.metrics._totals, 'SEVERITY.HIGH': 0, 'SEVERITY.LOW': 0 };
    const text = JSON.stringify({ ...report, metrics: { _totals: totals } });
    const ran = await runIn(folderOf({ 'bandit.json': text }), 'vulnerabilities', 'bandit.json');
    expect([ran.code, /INCONCLUSIVE \(stale\)/.test(ran.stdout)]).toEqual([code, code === 3]);
  });

  test('counts what several scanners found once, and once what is given twice', async () => {
    const names = ['npm-audit.json', 'trivy.json', 'osv-scanner.json', 'safety-check.json', 'scanner.sarif.json'];
    const files = names.map(samplePath);
    const { stdout } = await runIn(folderOf({}), 'vulnerabilities', ...files, ...files);
    expect(stdout.match(/GHSA-xvch-5gv4-984h/g)).toHaveLength(1);
    expect(stdout.match(/^ +FAILED +CVE-2021-33503/gm)).toHaveLength(1);
    expect(stdout).toMatch(/15 findings in 5 reports \(18 before the same were counted once\)/);
  });

  test('leaves a CTRF record with the verdict and what it rests on', async () => {
    const { folder } = await runIn(
      folderOf({ 'bandit.json': sampleText('bandit.json') }),
      'vulnerabilities',
      'bandit.json',
    );
    const record = JSON.parse(readFileSync(path.join(folder, '.gate10/suites/vulnerabilities.ctrf.json'), 'utf8'));
    expect(record).toMatchObject({ reportFormat: 'CTRF', specVersion: '0.0.0' });
    expect(record.results.summary).toMatchObject({ tests: 3, passed: 2, failed: 1, other: 0 });
    expect(record.results.extra).toMatchObject({
      suite: 'vulnerabilities',
      verdict: 'failed',
      inputs: [{ file: 'bandit.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(record.results.tests[0]).toMatchObject({
      name: 'B602 ./shop/deploy.py 40',
      status: 'failed',
      extra: { severity: 'high', file: './shop/deploy.py', line: 40 },
    });
  });

  test('leaves none where it is told so, and prints it instead', async () => {
    const { folder, stdout } = await runIn(folderOf({}), 'vulnerabilities', '--no-record', '--json', clean);
    expect(existsSync(path.join(folder, '.gate10'))).toBe(false);
    expect(JSON.parse(stdout).results.extra.verdict).toBe('passed');
  });
});
