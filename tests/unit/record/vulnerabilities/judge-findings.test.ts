import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../../src/contract/load-policy.ts';
import type { VulnerabilityWaiver } from '../../../../src/contract/waiver-schema.ts';
import type { Finding } from '../../../../src/record/vulnerabilities/finding.ts';
import { judgeFindings } from '../../../../src/record/vulnerabilities/judge-findings.ts';
import { mergeFindings } from '../../../../src/record/vulnerabilities/merge-findings.ts';
import { defaultPolicy } from './samples.ts';

const now = new Date('2026-11-21T12:00:00Z');
const finding = (changes: Partial<Finding> = {}): Finding => {
  const common = { aliases: [], versions: [], fixedIn: [], tools: ['one'] };
  return { id: 'CVE-2021-3807', severity: 'medium', package: 'ansi-regex', ...common, ...changes };
};
const waiver = (changes: Partial<VulnerabilityWaiver> = {}): VulnerabilityWaiver => ({
  covers: 'vulnerability',
  id: 'W-1',
  finding: 'CVE-2021-3807',
  owner: 'Shop team',
  approvedBy: 'Security',
  reason: 'Colours of our own lines only.',
  granted: '2026-11-01',
  expires: '2026-12-01',
  ...changes,
});
const judge = (one: Finding, waivers: readonly VulnerabilityWaiver[] = [], policy: Policy = defaultPolicy) =>
  judgeFindings([one], { ...policy, waivers }, now)[0];

describe('a finding', () => {
  test.each([
    ['critical', 'failed'],
    ['high', 'failed'],
    ['medium', 'failed'],
    ['low', 'passed'],
    ['none', 'passed'],
    ['unknown', 'inconclusive'],
  ] as const)('of severity %s is %s without a waiver', (severity, status) => {
    expect(judge(finding({ severity }))?.status).toBe(status);
  });

  test.each([
    ['critical', 'failed'],
    ['high', 'failed'],
    ['medium', 'warned'],
    ['unknown', 'warned'],
  ] as const)('of severity %s is %s with one', (severity, status) => {
    expect(judge(finding({ severity }), [waiver()])?.status).toBe(status);
  });

  test('is told with its names, its place, its waiver and how to mend it', () => {
    const one = finding({ aliases: ['GHSA-93q8-gq69-wqmw'], cvss: 5.3, versions: ['5.0.0'], file: 'a.lock', line: 3 });
    const what = 'CVE-2021-3807 (GHSA-93q8-gq69-wqmw), medium 5.3 in ansi-regex 5.0.0 at a.lock:3';
    expect(judge({ ...one, fixedIn: ['5.0.1'] })?.message).toBe(`${what}: needs a waiver. Fixed in 5.0.1.`);
    expect(judge(one, [waiver()])?.message).toBe(
      `${what}: waived by W-1 until 2026-12-01 (Colours of our own lines only. Owner Shop team, approved by Security).`,
    );
  });
});

describe('a waiver', () => {
  test.each<[string, Partial<VulnerabilityWaiver>, Partial<Finding>]>([
    ['another id', { finding: 'CVE-2021-3808' }, {}],
    ['another package', { package: 'ansi-html' }, {}],
    ['a package, where the finding names none', { package: 'ansi-regex' }, { package: undefined }],
    ['another file', { file: 'b.lock' }, { file: 'a.lock' }],
  ])('of %s does not hold', (_, changes, given) => {
    expect(judge(finding(given), [waiver(changes)])?.status).toBe('failed');
  });

  test.each<[string, Partial<VulnerabilityWaiver>, RegExp]>([
    ['ends today', { expires: '2026-11-21' }, /The waiver W-1 expired on 2026-11-21/],
    ['begins tomorrow', { granted: '2026-11-22' }, /The waiver W-1 begins on 2026-11-22/],
  ])('that %s does not hold, and says so', (_, changes, said) => {
    expect(judge(finding(), [waiver(changes)])).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(said),
    });
  });

  test.each<[string, Partial<VulnerabilityWaiver>]>([
    ['of an alias, in another case', { finding: 'ghsa-93Q8-gq69-wqmw' }],
    ['that begins today', { granted: '2026-11-21' }],
    ['that ends tomorrow', { expires: '2026-11-22' }],
    ['of its package', { package: 'ansi-regex' }],
  ])('%s holds', (_, changes) => {
    expect(judge(finding({ aliases: ['GHSA-93q8-gq69-wqmw'] }), [waiver(changes)])?.status).toBe('warned');
  });

  test('that has ended stands beside one that holds', () => {
    expect(judge(finding(), [waiver({ expires: '2026-11-10' }), waiver({ id: 'W-2' })])?.message).toMatch(/W-2/);
  });
});

describe('what a scanner was told to ignore', () => {
  const one = finding({ severity: 'high', suppressed: 'a false alarm' });
  test('counts as if it had not been told', () => {
    expect(judge(one)?.status).toBe('failed');
  });

  test('is a warning where the policy accepts it', () => {
    const vulnerabilities = { ...defaultPolicy.vulnerabilities, suppressions: 'accept' } as const;
    expect(judge(one, [], { ...defaultPolicy, vulnerabilities })).toMatchObject({
      status: 'warned',
      message: expect.stringContaining('a false alarm'),
    });
  });
});

describe('the same vulnerability', () => {
  const cve = finding({ tools: ['trivy'], severity: 'medium', versions: ['5.0.0'] });
  test.each<[string, readonly Finding[], number]>([
    ['of two scanners', [cve, finding({ tools: ['osv'], severity: 'high' })], 1],
    ['under another name', [cve, finding({ id: 'GHSA-93q8-gq69-wqmw', aliases: ['CVE-2021-3807'] })], 1],
    ['where one scanner names no package', [finding({ package: undefined }), cve], 1],
    [
      'in a package that is written otherwise',
      [finding({ package: 'Ruamel.Yaml' }), finding({ package: 'ruamel_yaml' })],
      1,
    ],
    ['in two packages', [cve, finding({ package: 'strip-ansi' })], 2],
    [
      'in two packages, and once without',
      [cve, finding({ package: 'strip-ansi' }), finding({ package: undefined })],
      2,
    ],
    ['which is another one', [cve, finding({ id: 'CVE-2021-3808' })], 2],
    [
      'of one rule in one place',
      ['./a.py', 'file://a.py'].map((file) => finding({ id: 'B602', package: undefined, file, line: 4 })),
      1,
    ],
    [
      'of one rule in two places',
      [4, 5].map((line) => finding({ id: 'B602', package: undefined, file: 'a.py', line })),
      2,
    ],
  ])('%s is counted right', (_, findings, count) => {
    expect(mergeFindings(findings)).toHaveLength(count);
    expect(mergeFindings([...findings].reverse())).toHaveLength(count);
  });

  test('keeps the worst severity, and everything that is known', () => {
    const other = finding({
      id: 'GHSA-93q8-gq69-wqmw',
      aliases: ['CVE-2021-3807'],
      severity: 'high',
      cvss: 7.5,
      fixedIn: ['5.0.1'],
    });
    expect(mergeFindings([cve, other])).toEqual([
      expect.objectContaining({
        id: 'CVE-2021-3807',
        aliases: ['GHSA-93q8-gq69-wqmw'],
        severity: 'high',
        cvss: 7.5,
        versions: ['5.0.0'],
        fixedIn: ['5.0.1'],
        tools: ['trivy', 'one'],
      }),
    ]);
  });

  test('that one scanner was told to ignore, and another found, is not ignored', () => {
    expect(mergeFindings([cve, finding({ suppressed: 'a false alarm' })])[0]?.suppressed).toBeUndefined();
  });

  test('of a severity that one scanner does not know has that of the other', () => {
    expect(mergeFindings([finding({ severity: 'unknown' }), finding({ severity: 'low' })])[0]?.severity).toBe('low');
  });
});
