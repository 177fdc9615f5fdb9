/** What real runners wrote (tests/corpora/README.md): every file is read, and every outcome is the one that the runner printed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RESULT_STATUSES, type ResultsFile } from '../../../../src/record/results/model.ts';
import { readResults } from '../../../../src/record/results/read-results.ts';
import { toCtrfDocument } from '../../../../src/run/ctrf.ts';
import { outcomesOf, problemsOf, readWritten, resultsOf } from './written.ts';

const folder = path.resolve(import.meta.dirname, '../../../corpora/results');

function read(name: string): ResultsFile {
  return resultsOf(readResults(path.join(folder, name), name));
}

/** `passed failed skipped flaky error pending`. */
function counts(name: string): string {
  const { tests } = read(name);
  return RESULT_STATUSES.map((status) => tests.filter((test) => test.status === status).length).join(' ');
}

const EXPECTED: Readonly<
  Record<string, { readonly format: string; readonly counts: string; readonly doubts: number }>
> = {
  // jest-junit leaves out the file that could not be loaded, and calls a todo passed; its tests="" leaves the todo out
  'jest-junit.xml': { format: 'junit', counts: '4 1 1 0 0 0', doubts: 1 },
  'jest.json': { format: 'jest-json', counts: '2 1 1 1 1 1', doubts: 0 },
  'jest-ctrf.json': { format: 'ctrf', counts: '2 1 0 1 0 2', doubts: 0 },
  // Vitest tells no retries, in neither form
  'vitest-junit.xml': { format: 'junit', counts: '3 2 2 0 0 0', doubts: 0 },
  'vitest.json': { format: 'jest-json', counts: '3 1 1 0 1 1', doubts: 0 },
  'playwright-junit.xml': { format: 'junit', counts: '4 2 2 0 0 0', doubts: 0 },
  'playwright-junit-retries.xml': { format: 'junit', counts: '2 2 2 2 0 0', doubts: 0 },
  'playwright.json': { format: 'playwright-json', counts: '2 2 2 2 0 0', doubts: 0 },
  // calls its failures errors, and leaves a pending test out of its counts
  'mocha-xunit.xml': { format: 'junit', counts: '1 2 2 0 0 0', doubts: 0 },
  // counts tests that it does not list, because they are pending
  'mocha-junit.xml': { format: 'junit', counts: '1 2 0 0 0 0', doubts: 1 },
  'node-test-junit.xml': { format: 'junit', counts: '2 1 2 0 0 0', doubts: 0 },
  'pytest-junit.xml': { format: 'junit', counts: '4 2 2 0 3 0', doubts: 0 },
  // Surefire counts what failed in the end alone, where it tried again
  'TEST-shop.PriceTest.xml': { format: 'junit', counts: '1 1 1 1 1 0', doubts: 2 },
  'TEST-shop.StoreTest.xml': { format: 'junit', counts: '0 0 0 0 1 0', doubts: 0 },
};

it.each(Object.entries(EXPECTED))('%s', (name, { format, counts: expected, doubts }) => {
  const file = read(name);
  expect({ format: file.format, counts: counts(name), doubts: file.doubts.length }).toEqual({
    format,
    counts: expected,
    doubts,
  });
  expect(file.doubts.filter(({ hides }) => hides)).toEqual([]);
});

it('all of them are expected to be something', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(EXPECTED).sort());
});

it('retries are counted where a runner tells them', () => {
  const retries = (name: string): Record<string, number> =>
    Object.fromEntries(
      read(name)
        .tests.filter((test) => test.retries > 0)
        .map((test) => [test.name, test.retries]),
    );
  expect(retries('TEST-shop.PriceTest.xml')).toEqual({ becomeLess: 2, reachTheDatabase: 2, arriveAtLast: 1 });
  expect(retries('playwright-junit-retries.xml')).toEqual({ 'the shop › adds up': 1, 'the shop › arrives at last': 1 });
  expect(retries('playwright.json')).toEqual({ 'adds up': 1, 'arrives at last': 1 });
});

it('projects of Playwright are told apart, in both of its forms; no host is kept', () => {
  const projects = (name: string): unknown[] => [...new Set(read(name).tests.map(({ project }) => project))];
  expect(projects('playwright.json')).toEqual(['desktop', 'mobile']);
  expect(projects('playwright-junit.xml')).toEqual(['desktop', 'mobile']);
  expect(projects('pytest-junit.xml')).toEqual([undefined]);
});

describe('what gate10 itself writes', () => {
  const test = { name: 'tls.certificate', duration: 5, rawStatus: 'passed', suite: ['tls'], tags: [] };
  const document = toCtrfDocument({
    ...{ id: 'r', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:01Z', tool: { name: 'gate10' } },
    environment: { commit: 'c0ffee1' },
    tests: [
      { ...test, status: 'passed' },
      { ...test, name: 'dns.records', status: 'other', rawStatus: 'inconclusive: blind' },
    ],
  });

  it('is read back, and what is inconclusive is no success', () => {
    const written = readWritten('run.ctrf.json', JSON.stringify(document));
    expect(outcomesOf(written)).toEqual(['passed tls.certificate', 'error dns.records']);
    expect(resultsOf(written)).toMatchObject({ commit: 'c0ffee1', doubts: [] });
  });
});

describe('each of them, cut off in the middle', () => {
  it.each(Object.keys(EXPECTED))('%s is told with its line', (name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const cut = text.slice(0, Math.floor(text.length * 0.6));
    const [problem, ...others] = problemsOf(readWritten(name, cut));
    const lines = cut.split('\n').length;
    const [line = '', code] = problem?.split(' ') ?? [];
    expect(others).toEqual([]);
    expect(['not-xml', 'cut-off']).toContain(code);
    expect(Number(line)).toBeGreaterThanOrEqual(lines - 1);
    expect(Number(line)).toBeLessThanOrEqual(lines);
  });
});
