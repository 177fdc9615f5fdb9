/** What other tools write: results, coverage, scans, summaries. */
import path from 'node:path';
import { loadPolicy } from '../../../src/contract/load-policy.ts';
import type { Problem } from '../../../src/errors.ts';
import { readCoverage } from '../../../src/record/coverage/read-coverage.ts';
import { readJsonReport } from '../../../src/record/json-report.ts';
import { readK6Summary } from '../../../src/record/performance/k6-summary.ts';
import { readEndpointCoverage } from '../../../src/record/pyramid/endpoint-coverage.ts';
import { readResults } from '../../../src/record/results/read-results.ts';
import { OTHER_BLOCKS, readBlock } from '../../../src/record/scorecard/read-blocks.ts';
import { readReport } from '../../../src/record/vulnerabilities/read-report.ts';
import { Finding, type FuzzParser, fair, fromFile, type Outcome } from '../fuzz-parser.ts';
import { corpus } from './histories.ts';

type Read = { readonly outcome: 'read' } | { readonly outcome: 'nothing'; readonly why: string } | Wrong;
type Wrong = { readonly outcome: 'wrong'; readonly problems: readonly Problem[] };

function outcomeOf(read: Read): Outcome {
  if (read.outcome === 'wrong') return fair(read.problems);
  if (read.outcome === 'nothing' && read.why === '') throw new Finding('nothing is known, and it does not say why');
  return read.outcome === 'read' ? 'read' : 'refused';
}

const RESULTS = 'tests/corpora/results';
const COVERAGE = 'tests/corpora/coverage';
const SCANS = 'tests/unit/record/vulnerabilities/samples';
const GO_TEST = ['run', 'output', 'pass']
  .map((Action) =>
    JSON.stringify({ Time: '2026-01-05T10:00:00Z', Action, Package: 'shop', Test: 'TestPrice', Elapsed: 0.1 }),
  )
  .join('\n');
const K6 = [
  {
    metrics: {
      http_req_duration: { avg: 1, 'p(95)': 2, thresholds: { 'p(95)<500': false } },
      checks: { passes: 1, fails: 0, value: 1 },
    },
  },
  {
    metrics: {
      http_reqs: {
        type: 'counter',
        contains: 'default',
        values: { count: 5, rate: 1 },
        thresholds: { 'count>1': { ok: true } },
      },
    },
  },
  { version: '1.0.0', results: { metrics: [{ name: 'http_reqs', type: 'counter', values: { count: 5 } }] } },
];
const BLOCK = {
  ...{ schema: 'gate10/readiness-block/v1', status: 'passed', generated_at: '2026-11-21T10:00:00.000Z' },
  ...{
    commit: 'a'.repeat(40),
    totals: { unit: 3 },
    checks: [{ name: 'a', status: 'passed' }],
    because: [],
    inputs: [],
  },
};
const { vulnerabilities: SCALE } = loadPolicy(path.join(import.meta.dirname, 'none'));

function resultsParser(name: string, form: FuzzParser['form'], samples: () => string[], file: string): FuzzParser {
  return {
    ...{ name, reads: `results of a suite (${file})`, form, samples, inCi: 40 },
    words: ['"passed"', '"failed"', '<failure/>', '<testcase name="a"/>', '</testsuite>', '&#0;', '"status":'],
    open: fromFile(file, (at) => {
      const read = readResults(at, file);
      if (read.outcome === 'read' && read.results.tests.length === 0) throw new Finding('results without a test');
      return outcomeOf(read);
    }),
  };
}

function coverageParser(name: string, form: FuzzParser['form'], files: readonly string[]): FuzzParser {
  return {
    ...{ name, reads: `coverage (${files.join(', ')})`, form, samples: corpus(COVERAGE, files), inCi: 40 },
    words: ['SF:', 'DA:1,1', 'end_of_record', 'line-rate="1"', '"covered":', '1e999'],
    open: fromFile('coverage', (at) => {
      const read = readCoverage(at, 'coverage', () => false);
      if (read.outcome === 'read')
        for (const value of Object.values(read.report))
          if (typeof value === 'number' && !Number.isFinite(value)) throw new Finding('a figure that is no number');
      return outcomeOf(read);
    }),
  };
}

export const REPORTS: readonly FuzzParser[] = [
  resultsParser(
    'results-json',
    'json',
    corpus(RESULTS, ['jest.json', 'jest-ctrf.json', 'vitest.json', 'playwright.json']),
    'r.json',
  ),
  resultsParser(
    'results-xml',
    'text',
    corpus(RESULTS, ['pytest-junit.xml', 'TEST-shop.PriceTest.xml', 'jest-junit.xml']),
    'r.xml',
  ),
  resultsParser('results-go', 'lines', () => [GO_TEST], 'r.jsonl'),
  coverageParser('coverage-json', 'json', [
    'jest-coverage-summary.json',
    'pytest-cov-a.json',
    'jest-coverage-final.json',
  ]),
  coverageParser('coverage-xml', 'text', ['pytest-cov-a.xml', 'jest-cobertura.xml']),
  coverageParser('coverage-lcov', 'text', ['jest.lcov', 'vitest.lcov']),
  {
    ...{ name: 'vulnerabilities', reads: 'reports of scanners', form: 'json', inCi: 50 },
    samples: corpus(
      SCANS,
      ['npm-audit', 'trivy', 'osv-scanner', 'bandit', 'safety-scan', 'safety-check', 'scanner.sarif'].map(
        (name) => `${name}.json`,
      ),
    ),
    words: ['"vulnerabilities": {}', '"results": []', '"runs": []', 'CRITICAL', '"error"'],
    open: fromFile('report.json', (at) => outcomeOf(readReport(at, 'report.json', SCALE))),
  },
  {
    ...{ name: 'k6-summary', reads: 'what k6 writes at the end', form: 'json', inCi: 60 },
    samples: () => K6.map((one) => JSON.stringify(one)),
    open: fromFile('k6.json', (at) => {
      const report = readJsonReport(at, 'k6.json');
      return outcomeOf(report.outcome === 'read' ? readK6Summary(report, 'k6.json') : report);
    }),
  },
  {
    ...{ name: 'endpoint-coverage', reads: 'contract-coverage.json', form: 'json', inCi: 60 },
    samples: () => [
      JSON.stringify([
        { name: 'backend', coverage: { verdict: 'passed', operations: { covered: 3, of: 4, threshold: 0.5 } } },
      ]),
    ],
    open: fromFile('c.json', (at) => {
      const { coverage, checks } = readEndpointCoverage(at, 'c.json');
      if (checks.length === 0 || checks.some(({ message }) => message === '')) throw new Finding('it says nothing');
      if (coverage === undefined && checks.some(({ status }) => status === 'passed'))
        throw new Finding('unknown passes');
      return coverage === undefined ? 'refused' : 'read';
    }),
  },
  {
    ...{
      name: 'readiness-block',
      reads: 'blocks of the state folder, as a scorecard takes them',
      form: 'json',
      inCi: 60,
    },
    samples: () => [JSON.stringify(BLOCK)],
    words: ['"passed"', '"failed"', '"inconclusive"'],
    open: fromFile('pyramid.json', (at) => {
      const found = readBlock(path.dirname(at), OTHER_BLOCKS.find((name) => name === 'pyramid') ?? 'pyramid', {
        ...{ system: 'shop', environment: 'live' },
      });
      if (found.outcome === 'absent') throw new Finding('it is there, and taken for absent');
      if (found.outcome === 'unreadable') return found.why === '' ? 'read' : 'refused';
      const parts = [...(found.block.checks ?? []), ...(found.block.suites ?? [])];
      if (found.block.status === 'passed' && parts.some(({ status }) => status === 'failed'))
        throw new Finding('it passes, and a part of it failed');
      return 'read';
    }),
  },
];
