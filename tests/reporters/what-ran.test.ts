/** The truth table, first half: tests that did not run, or ran without proving anything. */
import { describe, expect, it } from 'vitest';
import { configFile, type Outcome, specFile } from './support/inline-project.ts';
import { begin, removeProjectAfterEach } from './support/one-project.ts';

removeProjectAfterEach();

interface Expected {
  readonly code: number;
  readonly verdict?: string;
  readonly finding?: string;
}

async function outcomeOf(files: Record<string, string | undefined>, args: readonly string[]): Promise<Outcome> {
  const project = begin(files);
  return project.run(['--project=production', ...args]);
}

const plain = (body: string): string => `import { expect, test } from '@playwright/test';\n${body}\n`;
const attaching = (head: string, before = '', after = ''): string =>
  `import { expect, test } from '@playwright/test';
import { prove } from './prove.ts';
${head}('a', async ({}, testInfo) => {
  ${before}
  await prove(testInfo, ['runtime.a']);
  ${after}
});
`;

const UNSETTLED = `import { test } from '@playwright/test';
import { context, plan } from './plan.ts';
import { prove } from './prove.ts';
test('settles', async ({}, testInfo) => { await prove(testInfo, ['code-authority.served-commit'], 'failed', { plan, context }); });
`;

describe('a run ends with the code of what it proved', () => {
  it.each<[string, Record<string, string | undefined>, readonly string[], Expected]>([
    ['a healthy system passes', {}, [], { code: 0, verdict: 'passed' }],
    [
      'a broken promise fails',
      { 'a.prod.ts': specFile(['runtime.a'], { status: 'failed' }) },
      [],
      { code: 1, verdict: 'failed' },
    ],
    [
      'a failed assertion of a spec of its own fails',
      {
        'c.prod.ts': plain(`test('c', () => { expect(1).toBe(2); });`),
      },
      [],
      { code: 1, verdict: 'failed', finding: 'runner-failure' },
    ],
    ['no test matches --grep', {}, ['--grep', 'nothing-like-it'], { code: 2, finding: 'no-tests' }],
    ['no test matches a file', {}, ['nothing-like-it'], { code: 2, finding: 'no-tests' }],
    [
      'no test matches, though --pass-with-no-tests',
      {},
      ['--grep', 'nothing', '--pass-with-no-tests'],
      { code: 2, finding: 'no-tests' },
    ],
    ['only a part was asked for', {}, ['a.prod.ts'], { code: 3, verdict: 'inconclusive', finding: 'filtered' }],
    [
      '--grep leaves only skipped tests',
      {
        'a.prod.ts': attaching('test.skip').replace("'a'", "'left over'"),
      },
      ['--grep', 'left over'],
      { code: 2, finding: 'no-tests' },
    ],
    ['dependencies are left out', {}, ['--no-deps'], { code: 3, verdict: 'inconclusive' }],
    [
      'test.skip',
      { 'a.prod.ts': attaching('test.skip') },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'skipped' },
    ],
    [
      'test.fixme',
      { 'a.prod.ts': attaching('test.fixme') },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'skipped' },
    ],
    [
      'a skip by environment',
      { 'a.prod.ts': attaching('test', 'test.skip(true, "not here");') },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'skipped' },
    ],
    ['test.only', { 'a.prod.ts': attaching('test.only') }, [], { code: 2, finding: 'only' }],
    [
      'test.only without forbidOnly',
      {
        'playwright.config.ts': configFile().replace('forbidOnly: true', 'forbidOnly: false'),
        'a.prod.ts': attaching('test.only'),
      },
      [],
      { code: 2, finding: 'config' },
    ],
    [
      'test.fail',
      { 'a.prod.ts': attaching('test.fail', '', 'expect(1).toBe(2);') },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'expected-to-fail' },
    ],
    [
      'a test without an assertion',
      { 'c.prod.ts': plain(`test('c', () => {});`) },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'no-evidence' },
    ],
    [
      'a swallowed assertion',
      {
        'c.prod.ts': plain(`test('c', () => { try { expect(1).toBe(2); } catch {} });`),
      },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'no-evidence' },
    ],
    [
      'an assertion that nobody awaits',
      {
        'c.prod.ts': plain(
          `test('c', async () => { expect(1).toBe(1); void expect.poll(() => 1, { timeout: 1500 }).toBe(2).catch(() => {}); });`,
        ),
      },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'floating' },
    ],
    [
      'an error after the end of a test',
      {
        'c.prod.ts':
          plain(`test('c', () => { expect(1).toBe(1); setTimeout(() => { throw new Error('too late'); }, 1); });
test('d', async () => { expect(1).toBe(1); await new Promise((r) => setTimeout(r, 300)); });`),
      },
      [],
      { code: 3, verdict: 'inconclusive' },
    ],
    [
      'a test that passes on its second attempt',
      {
        'a.prod.ts': attaching('test', '', 'expect(testInfo.retry).toBe(1);'),
      },
      ['--retries=1'],
      { code: 0, verdict: 'warned', finding: 'flaky' },
    ],
    [
      'a worker that exits with 0',
      { 'a.prod.ts': attaching('test', 'process.exit(0);') },
      [],
      { code: 1, verdict: 'inconclusive', finding: 'worker-crash' },
    ],
    [
      'a worker that is killed',
      { 'a.prod.ts': attaching('test', 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});') },
      [],
      { code: 1, verdict: 'inconclusive', finding: 'worker-crash' },
    ],
    [
      'a test that reaches its time limit',
      { 'a.prod.ts': attaching('test', 'test.setTimeout(200); await new Promise(() => {});') },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'runner-failure' },
    ],
    [
      'a planned promise that nobody observed',
      { 'b.prod.ts': plain(`test('b', () => { expect(1).toBe(1); });`) },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'missing-row' },
    ],
    [
      'a promise that no plan knows',
      { 'c.prod.ts': specFile(['runtime.zzz']) },
      [],
      { code: 3, verdict: 'inconclusive', finding: 'unplanned-row' },
    ],
    ['every test twice', {}, ['--repeat-each=2'], { code: 3, verdict: 'inconclusive', finding: 'duplicate-row' }],
    ['a spec that cannot be loaded', { 'c.prod.ts': 'import "./not-there.ts";' }, [], { code: 2, finding: 'config' }],
    ['a shard alone', {}, ['--shard=1/2'], { code: 3, verdict: 'inconclusive', finding: 'unmerged-shard' }],
    ['a shard without tests', {}, ['--shard=3/3'], { code: 3, verdict: 'inconclusive', finding: 'unmerged-shard' }],
    [
      'a settle that failed',
      {
        'settle.spec.ts': UNSETTLED,
      },
      [],
      { code: 1, verdict: 'failed', finding: 'skipped' },
    ],
  ])('%s', async (_, files, args, expected) => {
    const { code, output, record, verdict } = await outcomeOf(files, args);
    const findings = record?.integrity.map((finding) => finding.code);
    expect({ code, verdict: verdict?.verdict }, output).toEqual({
      code: expected.code,
      verdict: expected.verdict ?? 'inconclusive',
    });
    if (expected.finding !== undefined) expect(findings).toContain(expected.finding);
    expect(verdict?.exitCode).toBe(expected.code);
  });

  it('says in one line what a settle that failed left undone', async () => {
    const { output, record } = await outcomeOf({ 'settle.spec.ts': UNSETTLED }, []);
    expect(record?.integrity).toEqual([
      {
        code: 'skipped',
        verdict: 'inconclusive',
        message: 'the system did not settle, so 2 of 4 tests and 2 of 4 promises were left out',
      },
    ]);
    expect(output.match(/^. run:/gm)).toHaveLength(1);
  });

  it('records nothing for --list, and leaves its exit code alone', async () => {
    const { code, record } = await outcomeOf({}, ['--list']);
    expect({ code, record }).toEqual({ code: 0, record: undefined });
  });
});
