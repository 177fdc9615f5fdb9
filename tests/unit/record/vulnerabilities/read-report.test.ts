import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../src/record/vulnerabilities/finding.ts';
import type { ReadReport } from '../../../../src/record/vulnerabilities/read-report.ts';
import { readChanged, readSample, readText, sampleText } from './samples.ts';

function lineOf({
  severity,
  cvss,
  id,
  aliases,
  package: of,
  versions,
  fixedIn,
  file,
  line,
  suppressed,
}: Finding): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  const lists = [aliases, versions, fixedIn].map((list) => list.join('+') || '-');
  const [names, installed, fixed] = lists;
  return [severity, cvss ?? '-', id, names, of ?? '-', installed, fixed, place || '-', suppressed ?? '-'].join(' | ');
}

function reportOf(result: ReadReport) {
  if (result.outcome !== 'read') throw new Error(`Not read: ${JSON.stringify(result)}`);
  return result.report;
}

describe('findings', () => {
  test.each<[string, string, string[]]>([
    [
      'npm-audit.json',
      'npm audit',
      [
        'critical | 9.8 | GHSA-xvch-5gv4-984h | npm:1097678 | minimist | - | mkdirp 0.5.6 | - | -',
        'medium | - | GHSA-gxpj-cx7g-858c | npm:1096793 | debug | - | - | - | -',
      ],
    ],
    ['npm-audit-clean.json', 'npm audit', []],
    [
      'trivy.json',
      'trivy',
      [
        'medium | 3.7 | CVE-2024-9143 | - | libcrypto3 | 3.3.2-r0 | 3.3.2-r1 | shop:2.4.0 (alpine 3.20.3) | -',
        'critical | 9.8 | CVE-2021-44906 | GHSA-xvch-5gv4-984h | minimist | 1.2.5 | 1.2.6+0.2.4 | app/package-lock.json | -',
        'high | - | DS002 | - | - | - | - | Dockerfile:14 | -',
        'critical | - | github-pat | - | - | - | - | config.env:24 | -',
      ],
    ],
    [
      'osv-scanner.json',
      'osv-scanner',
      [
        'high | 7.5 | CVE-2021-33503 | GHSA-q2q7-5pp4-w6pg+PYSEC-2021-108 | urllib3 | 1.26.3 | 1.26.5 | /src/poetry.lock | -',
        'critical | - | GHSA-8348-2q94-ffjx | MAL-2023-1035 | flot-axis | 0.0.0 | - | /src/package-lock.json | -',
        'unknown | - | GHSA-2222-3333-4444 | - | left | 1.0.0 | - | /src/package-lock.json | -',
      ],
    ],
    [
      'bandit.json',
      'bandit',
      [
        'high | - | B602 | - | - | - | - | ./shop/deploy.py:40 | -',
        'low | - | B101 | - | - | - | - | ./shop/deploy.py:51 | -',
      ],
    ],
    [
      'safety-scan.json',
      'safety',
      [
        'high | 7.5 | CVE-2022-41323 | safety:51340 | django | 1.8.0 | 4.2.17 | requirements.txt | -',
        'medium | 5 | CVE-2015-8213 | safety:25714 | django | 1.8.0 | 4.2.17 | requirements.txt | not reachable',
        'unknown | - | safety:72109 | - | django | 1.8.0 | 4.2.17 | requirements.txt | -',
      ],
    ],
    [
      'safety-check.json',
      'safety',
      [
        'high | 7.5 | CVE-2021-33503 | safety:43975 | urllib3 | 1.26.3 | 1.26.5 | - | -',
        'unknown | - | CVE-2023-43804 | safety:61601 | urllib3 | 1.26.3 | - | - | -',
      ],
    ],
    [
      'safety-list.json',
      'safety',
      [
        'unknown | - | CVE-2011-4136 | safety:33063 | django | 1.2.2 | - | - | -',
        'unknown | - | safety:33064 | - | django | 1.2.2 | - | - | -',
      ],
    ],
    [
      'biome.sarif.json',
      'Biome',
      [
        'high | - | lint/suspicious/noDoubleEquals | - | - | - | - | index.js:2 | -',
        'high | - | lint/suspicious/noDebugger | - | - | - | - | index.js:3 | -',
      ],
    ],
    [
      'scanner.sarif.json',
      'CodeScan',
      [
        'high | 7.5 | CVE-2021-33503 | CVE-2021-33503-urllib3 | - | - | - | poetry.lock:1 | -',
        'high | - | js/xss/reflected | - | - | - | - | src/page.js:42 | -',
        'low | - | js/log-injection | - | - | - | - | src/log.js | -',
        'medium | - | js/style | - | - | - | - | - | -',
        'unknown | - | js/review | - | - | - | - | - | -',
        'high | - | js/known | - | - | - | - | - | input is a constant',
        'medium | - | js/asked | - | - | - | - | - | -',
      ],
    ],
  ])('of %s are read', (name, tool, lines) => {
    const report = reportOf(readSample(name));
    expect(report.tool).toBe(tool);
    expect(report.findings.map(lineOf)).toEqual(lines);
    expect(report.doubts).toEqual([]);
  });

  test.each([
    ['trivy.json', '2026-11-20T08:11:05Z'],
    ['bandit.json', '2026-11-20T08:12:44Z'],
    ['safety-scan.json', '2026-11-20T08:13:00Z'],
    ['safety-check.json', '2026-11-20 08:13:40'],
    ['npm-audit.json', undefined],
  ])('of %s are as old as it says: %s', (name, madeAt) => {
    expect(reportOf(readSample(name)).madeAt).toBe(madeAt);
  });

  test('of SARIF are as old as its first run', () => {
    const at = { 'runs/0/invocations/0/endTimeUtc': '2026-11-20T08:00:00.000Z' };
    expect(reportOf(readChanged('scanner.sarif.json', at)).madeAt).toBe('2026-11-20T08:00:00.000Z');
  });

  test('a package of npm that nothing explains is one itself', () => {
    const report = reportOf(readChanged('npm-audit.json', { 'vulnerabilities/mkdirp/via': ['gone'] }));
    expect(report.findings.map(({ id, severity }) => [id, severity])).toContainEqual(['npm:mkdirp', 'critical']);
  });

  test.each([
    ['a word that no scale has', { 'vulnerabilities/debug/via/0/severity': 'dreadful' }, 'unknown'],
    ['a word in capitals', { 'vulnerabilities/debug/via/0/severity': 'HIGH' }, 'high'],
    [
      'no word but a score',
      { 'vulnerabilities/debug/via/0/severity': '', 'vulnerabilities/debug/via/0/cvss/score': 9 },
      'critical',
    ],
  ])('the severity of %s', (_, changes, severity) => {
    expect(reportOf(readChanged('npm-audit.json', changes)).findings.at(-1)?.severity).toBe(severity);
  });

  test('a cluster that Trivy looked at is read in all of its parts', () => {
    const { Results } = JSON.parse(sampleText('trivy.json'));
    const cluster = {
      ClusterName: 'shop',
      Resources: [
        { Kind: 'Pod', Results },
        { Kind: 'Job', Error: 'no image' },
      ],
    };
    const { findings, doubts } = reportOf(readText(JSON.stringify(cluster)));
    expect([findings.length, doubts]).toEqual([4, ['a part could not be scanned (no image)']]);
  });
});

describe('a report does not say that nothing else is there', () => {
  test.each<[string, string, Record<string, unknown>, RegExp]>([
    ['npm looked at no dependency', 'npm-audit-clean.json', { 'metadata/dependencies/total': 0 }, /no dependency/],
    ['npm counts more than it lists', 'npm-audit.json', { 'vulnerabilities/debug': undefined }, /counts 3 .* lists 2/],
    ['Trivy has no results', 'trivy.json', { Results: undefined }, /looked at nothing/],
    ['Trivy has null for results', 'trivy.json', { Results: null }, /looked at nothing/],
    ['Trivy has an empty list of results', 'trivy.json', { Results: [] }, /looked at nothing/],
    ['the system is at its end of life', 'trivy.json', { 'Metadata/OS/EOSL': true }, /end of its life|end of life/],
    ['OSV-Scanner names no package', 'osv-scanner.json', { results: [] }, /--all-packages/],
    [
      'OSV-Scanner names files only',
      'osv-scanner.json',
      { 'results/0/packages': [], 'results/1/packages': null },
      /any package/,
    ],
    [
      'bandit could not read a file',
      'bandit.json',
      { errors: [{ filename: 'a.py', reason: 'syntax error' }] },
      /a\.py \(syntax error\)/,
    ],
    ['bandit looked at no line', 'bandit.json', { 'metrics/_totals/loc': 0 }, /no line of code/],
    [
      'bandit leaves out what it counts',
      'bandit.json',
      { 'metrics/_totals/SEVERITY.MEDIUM': 3 },
      /counts 3 .* MEDIUM and lists 0/,
    ],
    ['safety 3 looked at no file', 'safety-scan.json', { 'scan_results/projects': [] }, /looked at no file/],
    [
      'safety 3 counts more than it lists',
      'safety-scan.json',
      {
        'scan_results/projects/0/files/0/results/dependencies/0/specifications/0/vulnerabilities/known_vulnerabilities':
          [],
      },
      /counts 3 vulnerabilities in django==1\.8\.0 and lists 0/,
    ],
    ['safety 2 looked at no package', 'safety-check.json', { 'report_meta/packages_found': 0 }, /no package/],
    [
      'safety 2 counts more than it lists',
      'safety-check.json',
      { vulnerabilities: [] },
      /counts 2 vulnerabilities and lists 0/,
    ],
    ['the list of safety 1 is empty', 'safety-list.json', { length: 0 }, /empty list/],
    ['SARIF has no run', 'biome.sarif.json', { runs: [] }, /no run/],
    ['SARIF has no list of results', 'biome.sarif.json', { 'runs/0/results': undefined }, /did not finish/],
    ['SARIF has null for results', 'biome.sarif.json', { 'runs/0/results': null }, /did not finish/],
    [
      'the tool says it failed',
      'scanner.sarif.json',
      { 'runs/0/invocations/0/executionSuccessful': false },
      /did not run successfully/,
    ],
    [
      'the tool reports an error',
      'scanner.sarif.json',
      { 'runs/0/invocations/0/toolExecutionNotifications/0/level': 'error' },
      /reports an error \(12 files\)/,
    ],
  ])('where %s', (_, name, changes, said) => {
    expect(reportOf(readChanged(name, changes)).doubts.join('\n')).toMatch(said);
  });
});

describe('nothing is known', () => {
  test.each<[string, string, RegExp]>([
    ['the file is empty', '', /empty/],
    ['the file is blank', ' \n', /empty/],
    ['the registry refused npm', sampleText('npm-audit-refused.json'), /scanner failed \(405 Method Not Allowed/],
    [
      'npm has no lockfile',
      '{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}',
      /existing lockfile/,
    ],
  ])('where %s', (_, text, why) => {
    expect(readText(text)).toMatchObject({ outcome: 'nothing', why: expect.stringMatching(why) });
  });

  test('where there is no file', () => {
    expect(readSample('no-such.json')).toEqual({ outcome: 'nothing', why: 'there is no such file' });
  });

  test.each([
    'npm-audit.json',
    'trivy.json',
    'osv-scanner.json',
    'bandit.json',
    'safety-scan.json',
    'scanner.sarif.json',
  ])('where %s was cut off, wherever', (name) => {
    const text = sampleText(name).trimEnd();
    for (let end = 1; end < text.length; end += Math.ceil(text.length / 40)) {
      expect([end, readText(text.slice(0, end)).outcome]).toEqual([end, 'nothing']);
    }
  });
});

describe('a wrong file', () => {
  test.each<[string, string, string]>([
    ['a page', '<!doctype html>\n<p>503</p>', 'report.json:1:1: this is not JSON'],
    ['text around the JSON', '{"results": []}\nDone.', 'report.json:2:1: this is not JSON'],
    ['JSON of something else', '{"name":"shop"}', 'report.json:1: this is no report that is known here'],
    ['a number', '7', 'report.json:1: this is no report that is known here'],
  ])('is named with its line: %s', (_, text, said) => {
    expect(problemsOf(readText(text))).toEqual([said]);
  });

  test.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      'npm',
      'npm-audit.json',
      { 'vulnerabilities/debug/severity': 3 },
      /^report\.json:59:\d+: .*wrong type for npm audit/,
    ],
    ['npm without its totals', 'npm-audit.json', { metadata: undefined }, /"metadata" is missing for npm audit/],
    [
      'another version of npm',
      'npm-audit.json',
      { auditReportVersion: 3 },
      /^report\.json:2:\d+: .*not one of those allowed/,
    ],
    [
      'Trivy',
      'trivy.json',
      { 'Results/0/Vulnerabilities/0/PkgName': null },
      /^report\.json:\d\d:\d+: .*wrong type for Trivy/,
    ],
    ['OSV-Scanner', 'osv-scanner.json', { 'results/0/packages/0/package': 'urllib3' }, /wrong type for OSV-Scanner/],
    ['bandit', 'bandit.json', { 'results/0/line_number': 'x' }, /wrong type for bandit/],
    ['bandit without its errors', 'bandit.json', { errors: 'none' }, /wrong type for bandit/],
    ['safety', 'safety-check.json', { vulnerabilities: {} }, /wrong type for safety check/],
    ['SARIF of an older version', 'biome.sarif.json', { version: '2.0.0' }, /not one of those allowed for SARIF/],
    ['SARIF', 'biome.sarif.json', { 'runs/0/results/0/level': 'fatal' }, /not one of those allowed for SARIF/],
  ])('is named with its line: %s', (_, name, changes, said) => {
    expect(problemsOf(readChanged(name, changes)).join('\n')).toMatch(said);
  });

  test('of hundred megabytes is not read', () => {
    expect(problemsOf(readText(`[${' '.repeat(100_000_000)}]`)).join('\n')).toMatch(/has 100000002 bytes/);
  });
});

function problemsOf(result: ReadReport): string[] {
  if (result.outcome !== 'wrong') throw new Error(`It was not refused: ${result.outcome}`);
  return result.problems.map(
    ({ file, line, column, what }) => `${[file, line, column].filter(Boolean).join(':')}: ${what}`,
  );
}
