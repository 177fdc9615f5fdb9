/** The truth table, second half: reporters that throw, hang, leave or overrule; outputs that cannot be written. */
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFile, createInlineProject, specFile } from './support/inline-project.ts';
import { begin, removeProjectAfterEach, verify } from './support/one-project.ts';

removeProjectAfterEach();

const FAILED_TEST = { 'a.prod.ts': specFile(['runtime.a'], { status: 'failed' }) };
const other = (body: string): string => `export default class Other {\n${body}\n}\n`;
const before = { 'playwright.config.ts': configFile({ reporters: "['./other.ts']," }) };
const after = {
  'playwright.config.ts': configFile().replace(
    'playwright.ts\', { stateDir: "state" }]]',
    "playwright.ts', { stateDir: \"state\" }], ['./other.ts']]",
  ),
};

describe('another reporter cannot turn red into green', () => {
  it.each<[string, string, number]>([
    ['throws in its constructor', 'constructor() { throw new Error("boom"); }', 70],
    ['throws in onBegin', 'onBegin() { throw new Error("boom"); }', 70],
    ['throws in onTestEnd', 'onTestEnd() { throw new Error("boom"); }', 70],
    ['throws in onEnd', 'onEnd() { throw new Error("boom"); }', 70],
    ['throws in onExit', 'async onExit() { throw new Error("boom"); }', 70],
    ['exits with 0 in onEnd', 'onEnd() { process.exit(0); }', 70],
    ['exits with 0 in onTestEnd', 'onTestEnd() { process.exit(0); }', 70],
    ['returns "passed"', 'onEnd() { return { status: "passed" }; }', 1],
    ['sets the exit code on exit', 'onBegin() { process.on("exit", () => { process.exitCode = 0; }); }', 1],
  ])('one that %s (before ours)', async (_, body, code) => {
    const project = begin({ ...FAILED_TEST, ...before, 'other.ts': other(body) });
    const outcome = await project.run(['--project=production'], { env: { END_LIMIT_MS: '6000' } });
    expect(outcome.code, outcome.output).toBe(code);
    expect(verify(project)).not.toBe(0);
  });

  // each of them waits out the limit: together
  it.concurrent.for<[string, string]>([
    ['never settles onEnd', 'onEnd() { return new Promise(() => {}); }'],
    [
      'waits in onEnd for an unref’d timer',
      'onEnd() { return new Promise((done) => setTimeout(done, 60_000).unref()); }',
    ],
    [
      'waits in onEnd for an event that nobody sends',
      'async onEnd() { const { once, EventEmitter } = await import("node:events"); await once(new EventEmitter(), "never"); }',
    ],
    ['hangs in onEnd with a live timer', 'onEnd() { return new Promise(() => setInterval(() => {}, 1000)); }'],
  ])('one that %s (before ours)', async ([, body], { expect: expectHere, onTestFinished }) => {
    const project = createInlineProject({ ...FAILED_TEST, ...before, 'other.ts': other(body) });
    onTestFinished(project.remove);
    const outcome = await project.run(['--project=production'], { env: { END_LIMIT_MS: '6000' } });
    expectHere(outcome.code, outcome.output).toBe(70);
    expectHere(verify(project)).not.toBe(0);
  });

  it.each<[string, string, number, string]>([
    ['returns "passed"', 'return { status: "passed" };', 1, 'FAILED  exit 1'],
    ['never settles onEnd', 'return new Promise(() => {});', 70, 'took longer than 6000 ms'],
    ['exits with 0 in onEnd', 'process.exit(0);', 70, 'the verdict was sealed, and the runner did not'],
    [
      'throws in onEnd',
      'throw new Error("boom");',
      70,
      'another reporter failed after the verdict was sealed: Error: boom',
    ],
  ])('one that %s (after ours): the failure was sealed and stays', async (_, body, code, said) => {
    const reporter = other(`onEnd() { process.stderr.write("other was here\\n"); ${body} }`);
    const project = begin({ ...FAILED_TEST, ...after, 'other.ts': reporter });
    const outcome = await project.run(['--project=production'], { env: { END_LIMIT_MS: '6000' } });
    expect(outcome.code, outcome.output).toBe(code);
    expect(outcome.output).toContain('other was here');
    expect(outcome.output).toContain(said);
    expect(outcome.verdict).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(outcome.record?.rows.find(({ id }) => id === 'runtime.a')).toMatchObject({ status: 'failed' });
    expect(verify(project), 'the sealed failure is what counts').toBe(1);
  });

  it('--reporter=line drops ours: the run ends with 3 and there is no proof', async () => {
    const project = begin();
    const outcome = await project.run(['--project=production', '--reporter=line']);
    expect(outcome.code, outcome.output).toBe(3);
    expect(outcome.output).toContain('--add-reporter');
    expect(verify(project)).toBe(3);
  });

  it('a healthy run is a proof for gate10 verify', async () => {
    const project = begin();
    expect((await project.run(['--project=production'])).code).toBe(0);
    expect(verify(project)).toBe(0);
  });

  it('one that only writes a report changes nothing', async () => {
    const project = begin({
      'playwright.config.ts': configFile({
        reporters: "['json', { outputFile: 'out.json' }], ['junit', { outputFile: 'out.xml' }],",
      }),
    });
    expect((await project.run(['--project=production'])).code).toBe(0);
  });
});

describe('an output that cannot be written', () => {
  it.each<[string, Record<string, string>, number]>([
    [
      'a full disk under another reporter',
      { 'playwright.config.ts': configFile({ reporters: "['json', { outputFile: '/dev/full' }]," }) },
      70,
    ],
    [
      'another reporter’s path below /proc',
      { 'playwright.config.ts': configFile({ reporters: "['json', { outputFile: '/proc/gate10/out.json' }]," }) },
      70,
    ],
  ])('%s', async (_, files, code) => {
    const project = begin(files);
    const outcome = await project.run(['--project=production'], { env: { END_LIMIT_MS: '6000' } });
    expect(outcome.code, outcome.output).toBe(code);
  });

  it('our state folder below /proc', async () => {
    const project = begin();
    const env = { INLINE_STATE_DIR: '/proc/gate10/state' };
    const outcome = await project.run(['--project=production'], { env });
    expect(outcome.code, outcome.output).toBe(70);
    expect(outcome.output).toContain('Failed to make the folder /proc/gate10');
  });

  it('a disk that is full when the seal is written', async (context) => {
    const project = begin({ 'confirm.spec.ts': FILLS_THE_DISK });
    const state = path.join(project.dir, 'state');
    execFileSync('mkdir', [state]);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', state]);
    if (mounted.status !== 0) return context.skip('a file system of a fixed size cannot be mounted here (not root)');
    try {
      const outcome = await project.run(['--project=production']);
      expect(outcome.code, outcome.output).toBe(70);
      expect([3, 70]).toContain(verify(project));
    } finally {
      spawnSync('umount', ['-l', state]);
    }
    project.write('confirm.spec.ts', HEALTHY_CONFIRM);
    expect((await project.run(['--project=production'])).code, 'the next run works').toBe(0);
  });

  it('a closed output says nothing about production', async () => {
    const project = begin();
    expect((await project.run(['--project=production'], { closeStdout: true })).code).toBe(0);
    expect(verify(project)).toBe(0);
  });
});

const HEALTHY_CONFIRM = `import { test } from '@playwright/test';
import { prove } from './prove.ts';
test('confirms', async ({}, testInfo) => {
  await prove(testInfo, ['runtime.no-restart'], 'passed', { controls: { good: 'passed', bad: 'failed' } });
});
`;
const FILLS_THE_DISK = HEALTHY_CONFIRM.replace(
  'import { prove }',
  "import { appendFileSync } from 'node:fs';\nfor (const bytes of [65536, 1024, 64]) try { for (;;) appendFileSync('state/filler', Buffer.alloc(bytes)); } catch {}\nimport { prove }",
);
