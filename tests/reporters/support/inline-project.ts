/**
 * A Playwright project in a temporary folder, run by the real runner: what the truth table is proven with.
 *
 * The plan has two promises per project, announced by the same code as a real run; the specs attach their evidence
 * themselves, so that a case can break one thing and nothing else.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compiledCodeDir } from '../../../bin/built.js';
import type { RunRecord } from '../../../src/run/schema.ts';
import type { VerdictRecord } from '../../../src/verdict/schema.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const cli = path.join(root, 'node_modules/@playwright/test/cli.js');
export const COMMIT = 'c0ffee'.repeat(6).padEnd(40, '0');

export interface InlineProject {
  readonly dir: string;
  readonly run: (args?: readonly string[], options?: RunOptions) => Promise<Outcome>;
  readonly write: (name: string, text: string) => void;
  readonly remove: () => void;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly command?: string;
  /** called with the runner's process id and everything it has written so far, until it returns true */
  readonly during?: (pid: number, output: string) => boolean;
  readonly closeStdout?: boolean;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly record: RunRecord | undefined;
  readonly verdict: VerdictRecord | undefined;
}

/** `files` replace or add to the healthy project; undefined leaves one out. */
export function createInlineProject(files: Readonly<Record<string, string | undefined>> = {}): InlineProject {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-inline-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  };
  for (const [name, text] of Object.entries({ ...HEALTHY, ...files })) if (text !== undefined) write(name, text);
  return {
    dir,
    write,
    run: (args = [], options = {}) => runPlaywright(dir, args, options),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

async function runPlaywright(dir: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const child = spawn(process.execPath, [cli, options.command ?? 'test', ...args], {
    cwd: dir,
    env: { ...cleanEnv(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let watching = options.during !== undefined;
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
    if (watching && child.pid !== undefined && options.during?.(child.pid, output)) watching = false;
  };
  if (options.closeStdout) child.stdout.destroy();
  else child.stdout.on('data', take);
  child.stderr.on('data', take);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  const latest = path.join(dir, 'state/runs', latestRun(path.join(dir, 'state/runs')));
  return { code, signal, output, record: readJson(latest, 'record.json'), verdict: readJson(latest, 'verdict.json') };
}

function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GATE10_|PW_|PLAYWRIGHT_|CI$|FORCE_COLOR|VITEST|NODE_OPTIONS)/.test(name),
  );
  // hundreds of runners start here, and half of a start is compiling
  return { NODE_COMPILE_CACHE: compiledCodeDir(root), ...Object.fromEntries(kept), NO_COLOR: '1' };
}

function latestRun(runs: string): string {
  try {
    return readdirSync(runs).sort().at(-1) ?? 'none';
  } catch {
    return 'none';
  }
}

function readJson<T>(folder: string, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** The configuration of the healthy project; `extra` and `reporters` are source text. */
export function configFile({ reporters = '', extra = '', ours = '{ stateDir: "state" }' } = {}): string {
  return `import { defineConfig } from '@playwright/test';
import { armGuard } from '${root}/reporters/define-config.ts';
armGuard();
export default defineConfig({
  forbidOnly: true,
  workers: 1,
  globalSetup: './announce.ts',
  reporter: [${reporters} ['${root}/reporters/playwright.ts', ${ours}]],
  projects: [
    { name: 'settle', testMatch: 'settle.spec.ts', teardown: 'confirm' },
    { name: 'production', testMatch: /[a-z]\\.prod\\.ts/, dependencies: ['settle'] },
    { name: 'confirm', testMatch: 'confirm.spec.ts' },
  ],
  ${extra}
});
`;
}

/** A spec that attaches these rows of the plan as passed, after running `body`. */
export function specFile(
  rows: readonly string[],
  { body = '', status = 'passed', title = 'keeps its promises' } = {},
): string {
  return `import { expect, test } from '@playwright/test';
import { prove } from './prove.ts';
test('${title}', async ({}, testInfo) => {
  ${body}
  await prove(testInfo, ${JSON.stringify(rows)}, '${status}');
});
`;
}

const HEALTHY: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module" }',
  'playwright.config.ts': configFile(),
  'announce.ts': `import type { FullConfig } from '@playwright/test';
import { expectRun } from '${root}/reporters/expect-run.ts';
import { guardSetUp } from '${root}/reporters/guard-set-up.ts';
import { startEndDeadline } from '${root}/reporters/process-state.ts';
import { identifyRun } from '${root}/reporters/run-identity.ts';
import { takeAnnouncement } from '${root}/reporters/take-announcement.ts';
import { openLedger } from '${root}/src/ledger/open-ledger.ts';
import { announceRun } from '${root}/src/run/announce-run.ts';
import { plan, context } from './plan.ts';
const now = () => new Date();
export default (config: FullConfig) => guardSetUp(async () => {
  const stateDir = process.env['INLINE_STATE_DIR'] ?? new URL('./state', import.meta.url).pathname;
  const order = { stateDir, identity: identifyRun(config, process.env, now()), attempt: 'inline', runnerPid: process.pid };
  const ledger = await openLedger({ stateDir, now });
  expectRun(order, now);
  const limits = { settleMs: 1000, checkMs: 1000, sampleMs: 1000, confirmMs: 1000 };
  await announceRun(ledger, order, { plan, context: { ...context, startedAt: now().toISOString() }, limits }, now);
  await ledger.close();
  takeAnnouncement(order, new Map());
  return () => startEndDeadline(Number(process.env['END_LIMIT_MS'] ?? 8000));
});
`,
  'plan.ts': `import { LAYERS } from '${root}/src/contract/layers.ts';
const row = (id: string, by: string) => ({ id, layer: id.split('.')[0], title: 'the promise ' + id, severity: 'P1', by });
export const plan = {
  schema: 'gate10/plan/v1', system: 'tiny', environment: 'inline', expected: { commit: '${COMMIT}' }, newOperations: [],
  rows: [row('code-authority.served-commit', 'settle'), row('runtime.a', 'engine'), row('runtime.b', 'engine'), row('runtime.no-restart', 'confirm')],
  contractDigest: 'c'.repeat(64), digest: 'd'.repeat(64),
} as never;
export const context = {
  startedAt: '2026-01-01T00:00:00.000Z', frontDoor: 'http://127.0.0.1', commit: { subject: 'feat: tiny' }, filters: [],
  layers: Object.fromEntries(LAYERS.map((layer) => [layer, layer === 'runtime' || layer === 'code-authority' ? 'declared' : { absent: 'the tiny system has none' }])),
} as never;
`,
  'prove.ts': `import { expect, type TestInfo } from '@playwright/test';
import { attachEvidence } from '${root}/tests/support/attach-evidence.ts';
import { context, plan } from './plan.ts';
export async function prove(testInfo: TestInfo, ids: string[], status = 'passed', more = {}) {
  const at = new Date().toISOString();
  const rows = ids.map((id) => ({ id, layer: id.split('.')[0], title: 'the promise ' + id, severity: 'P1', status, at, durationMs: 1, ...(status === 'failed' && { message: id + ' is broken' }) }));
  const run = { runId: process.env['GATE10_RUN_ID'], runDir: '', plan, context };
  await attachEvidence(testInfo, run as never, { rows, ...more } as never);
  expect(rows.filter((one) => one.status !== 'passed')).toEqual([]);
}
`,
  'settle.spec.ts': `import { test } from '@playwright/test';
import { context, plan } from './plan.ts';
import { prove } from './prove.ts';
test('settles', async ({}, testInfo) => {
  const at = new Date().toISOString();
  await prove(testInfo, ['code-authority.served-commit'], 'passed', {
    plan, context: { ...context as object, startedAt: at, settledAt: at }, identity: [{ at, via: 'app', commit: '${COMMIT}' }],
  });
});
`,
  'a.prod.ts': specFile(['runtime.a']),
  'b.prod.ts': specFile(['runtime.b']),
  'confirm.spec.ts': `import { test } from '@playwright/test';
import { prove } from './prove.ts';
test('confirms', async ({}, testInfo) => {
  await prove(testInfo, ['runtime.no-restart'], 'passed', { controls: { good: 'passed', bad: 'failed' } });
});
`,
};
