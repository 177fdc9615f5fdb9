/**
 * gate10's reporter on 10,000 results: what the run would have taken without it. Measured inside one run, by a reporter
 * that stands around ours and takes the time of its loading and of every hook, to the sealed verdict; two runs of a minute
 * each differ by more than the reporter costs.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configFile, createInlineProject } from '../tests/reporters/support/inline-project.ts';
import { type Bar, root } from './measure.ts';

const RESULTS = 10_000;
const OURS = path.join(root, 'reporters/playwright.ts');

/** Every result carries evidence of one promise, so nothing of the reporter's work is left out. */
const SPEC = `import { test } from '@playwright/test';
import { prove } from './prove.ts';
for (let i = 0; i < ${RESULTS}; i += 1) test('test ' + i, ({}, testInfo) => prove(testInfo, ['runtime.r' + i]));
`;

const PLAN = `import { LAYERS } from '${root}/src/contract/layers.ts';
const row = (id: string, by: string) => ({ id, layer: id.split('.')[0], title: 'the promise ' + id, severity: 'P1', by });
export const plan = {
  schema: 'gate10/plan/v1', system: 'many', environment: 'inline', expected: { commit: 'c0ffee'.repeat(7).slice(0, 40) }, newOperations: [],
  rows: [row('code-authority.served-commit', 'settle'), row('runtime.no-restart', 'confirm'),
    ...Array.from({ length: ${RESULTS} }, (_, i) => row('runtime.r' + i, 'engine'))],
  contractDigest: 'c'.repeat(64), digest: 'd'.repeat(64),
} as never;
export const context = {
  startedAt: '2026-01-01T00:00:00.000Z', frontDoor: 'http://127.0.0.1', commit: {}, filters: [],
  layers: Object.fromEntries(LAYERS.map((layer) => [layer, layer === 'runtime' || layer === 'code-authority' ? 'declared' : { absent: 'the bench has none' }])),
} as never;
`;

const TIMED = `import { writeFileSync } from 'node:fs';
let spentMs = 0;
function timed(work) {
  const startMs = performance.now();
  const add = () => { spentMs += performance.now() - startMs; };
  const result = work();
  if (result instanceof Promise) return result.finally(add);
  add();
  return result;
}
const { default: Ours } = await timed(() => import('${OURS}'));
export default class Timed {
  constructor(options) { this.ours = timed(() => new Ours(options)); }
  printsToStdio() { return this.ours.printsToStdio(); }
  onBegin(config, suite) { timed(() => this.ours.onBegin(config, suite)); }
  onTestEnd(test, result) { timed(() => this.ours.onTestEnd(test, result)); }
  onError(error, worker) { timed(() => this.ours.onError(error, worker)); }
  onEnd(result) { return timed(() => this.ours.onEnd(result)); }
  async onExit() {
    await timed(() => this.ours.onExit());
    writeFileSync('spent.json', JSON.stringify({ spentMs, wallMs: performance.now() }));
  }
}
`;

export async function benchReporterOverhead(): Promise<Bar[]> {
  const project = createInlineProject({
    'playwright.config.ts': configFile().replace(OURS, './timed.ts'),
    'plan.ts': PLAN,
    'timed.ts': TIMED,
    'a.prod.ts': SPEC,
    'b.prod.ts': undefined,
  });
  try {
    const { code, output, record } = await project.run(['--project=production'], { env: { GATE10_SCREEN: 'off' } });
    const kept = record?.rows.filter(({ status }) => status === 'passed').length;
    if (code !== 0 || kept !== RESULTS + 2)
      throw new Error(
        `expected ${RESULTS + 2} kept promises and exit 0, got ${kept} and ${code}:\n${output.slice(-3000)}`,
      );
    const spent = JSON.parse(readFileSync(path.join(project.dir, 'spent.json'), 'utf8')) as Record<string, number>;
    const { spentMs = Number.NaN, wallMs = Number.NaN } = spent;
    const ratio = wallMs / (wallMs - spentMs);
    return [
      {
        what: `${RESULTS.toLocaleString('en')} results to the sealed verdict ÷ the same run without the reporter`,
        measured: `${ratio.toFixed(3)} × (${wallMs.toFixed(0)} ms, ${spentMs.toFixed(0)} of them in it)`,
        bar: '≤ 1.05 ×',
        holds: ratio <= 1.05,
      },
    ];
  } finally {
    project.remove();
  }
}
