/** The generated alert rules, told by promtool itself (Debian: prometheus). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseObjectives } from '../../src/contract/objectives/read-objectives.ts';
import { type RuleFiles, toRuleFiles } from '../../src/record/slo/rule-files.ts';
import { readSloStandard } from '../../src/record/slo/slo-standard.ts';

/** A program of the machine, not of a package. */
const TOOL = 'promtool';
const installed = spawnSync(TOOL, ['--version']).status === 0;

interface Sample {
  readonly name?: string;
  readonly title?: string;
  readonly target?: number;
  readonly window?: string;
  readonly good?: string;
  readonly bad?: string;
  readonly examples?: { readonly good: readonly string[]; readonly bad: readonly string[] } | null;
  readonly slices?: string;
}

const EXAMPLES = { good: ['requests_total{code="200"}'], bad: ['requests_total{code="500"}'] };

function generate(...samples: readonly Sample[]): RuleFiles {
  const text = samples.map((sample) => `---\n${JSON.stringify(toSlo(sample))}\n`).join('');
  const { objectives } = parseObjectives(text, 'objectives.yaml', { defaultWindow: '30d' });
  return toRuleFiles(objectives, readSloStandard(), 'rules.yaml');
}

function toSlo(sample: Sample) {
  const { name = 'shop', title, target = 0.999, window = '30d', examples = EXAMPLES, slices, bad } = sample;
  const good = sample.good ?? 'sum(increase(requests_total{code!~"5.."}[{{.window}}]))';
  const source = (spec: object) => ({ metricSource: { type: 'prometheus', spec } });
  const total = { query: 'sum(increase(requests_total[{{.window}}]))', ...(examples && { examples }) };
  const part = bad === undefined ? { good: source({ query: good }) } : { bad: source({ query: bad }) };
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name, ...(title !== undefined && { displayName: title }) },
    spec: {
      service: 'shop',
      indicator: { metadata: { name: 'sli' }, spec: { ratioMetric: { counter: true, ...part, total: source(total) } } },
      timeWindow: [{ duration: window, isRolling: true }],
      budgetingMethod: slices === undefined ? 'Occurrences' : 'Timeslices',
      objectives: [{ target, ...(slices !== undefined && { timeSliceWindow: slices, timeSliceTarget: 0.95 }) }],
    },
  };
}

function promtool({ rules, tests }: Pick<RuleFiles, 'rules' | 'tests'>): { check: string; test: string; ok: boolean } {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-rules-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, 'rules.yaml'), rules);
  writeFileSync(path.join(dir, 'rules.test.yaml'), tests);
  const run = (...args: string[]) => spawnSync(TOOL, args, { cwd: dir, encoding: 'utf8' });
  const check = run('check', 'rules', 'rules.yaml');
  const tested = run('test', 'rules', 'rules.test.yaml');
  return {
    check: check.stdout + check.stderr,
    test: tested.stdout + tested.stderr,
    ok: check.status === 0 && tested.status === 0,
  };
}

describe.runIf(installed)('the generated rules', { timeout: 120_000 }, () => {
  test.each<[string, Sample]>([
    ['99.9 % of thirty days', {}],
    ['99.99 % of four weeks', { target: 0.9999, window: '4w' }],
    ['99 % of seven days, where one pair is left out', { target: 0.99, window: '7d' }],
    ['90 %, where the fastest pair can never fire', { target: 0.9 }],
    ['half of all events', { target: 0.5 }],
    ['bad events', { bad: 'sum(increase(requests_total{code=~"5.."}[{{.window}}])) or vector(0)' }],
    ['an objective without examples', { examples: null }],
    ['slices of five minutes', { slices: '5m', target: 0.99 }],
    [
      'names and titles that are meant to break out',
      {
        name: 'a.b|c/d\\e-f',
        title:
          'quotes " \' ` back\\slash {{ $labels.slo }} {{{ }} {{ template "x" }} \n - alert: Injected # %s $value ü 漢',
      },
    ],
  ])('of %s are accepted, and pass their own tests', (_, sample) => {
    const said = promtool(generate(sample));
    expect(said, said.check + said.test).toMatchObject({ ok: true });
    expect(said.check).toMatch(/SUCCESS: \d+ rules found/);
    expect(said.test).toContain('SUCCESS');
  });

  test('of several objectives lie in one file', () => {
    const said = promtool(generate({ name: 'one' }, { name: 'two', target: 0.99 }));
    expect(said, said.check + said.test).toMatchObject({ ok: true });
  });

  test('tell a person what the contract says, letter for letter', () => {
    const title = 'The {{ coach }} "answers"';
    const { tests } = generate({ title });
    expect(tests).toContain(`${title}: the error budget burns fast`);
  });
});

describe.runIf(installed)('a rule that was changed fails its tests', { timeout: 120_000 }, () => {
  const files = installed ? generate({}) : { rules: '', tests: '' };
  test.each<[string, string | RegExp, string]>([
    ['the threshold of the fastest pair', 'ratio_rate1h{slo="shop"} >= 0.0144', 'ratio_rate1h{slo="shop"} >= 0.0146'],
    ['the threshold of its short window', /(rate5m\{slo="shop"\}) >= 0\.0144/, '$1 >= 0.0142'],
    ['the threshold of the slowest pair', /(rate3d\{slo="shop"\}) >= 0\.001\b/, '$1 >= 0.00102'],
    ['the comparison', '>= 0.006', '<= 0.006'],
    ['a long window', 'ratio_rate1h{slo="shop"} >=', 'ratio_rate30m{slo="shop"} >='],
    ['both windows to one of them', /and(\n\s+slo:sli_error:ratio_rate5m)/, 'or$1'],
    ['the alternative to a second condition', /\n(\s+)or\n/, '\n$1and\n'],
    ['the guard against a single failure', '> 1.5', '> 0.5'],
    ['the severity', 'severity: page', 'severity: ticket'],
    ['what it says', 'burns fast', 'is fine'],
    ['what is bad', 'code!~"5.."', 'code!~"6.."'],
    ['the window that is recorded as the long one', /(ratio_rate1h\n[\s\S]*?\[)1h(\][\s\S]*?\[)1h/, '$15m$25m'],
    ['good for bad', '1 - (', '0 + ('],
    ['the name of a recorded series', 'record: slo:sli_error:ratio_rate30m', 'record: slo:sli_error:ratio_rate31m'],
    ['what is asked of a counter', /increase\(/g, 'delta('],
  ])('%s', (_, from, to) => {
    const rules = files.rules.replace(from, to);
    expect(rules).not.toBe(files.rules);
    expect(promtool({ ...files, rules }).ok).toBe(false);
  });
});

test('names that become the same are told apart', () => {
  const { rules } = generate({ name: 'a-1' }, { name: 'a1' });
  expect(rules.match(/alert: .*Fast/g)).toEqual(['alert: A1BudgetBurnsFast', 'alert: A1_2_BudgetBurnsFast']);
});

test('what has no rules is named', () => {
  const { leftOut, rules } = generate({ target: 0.9 });
  expect(leftOut).toEqual([expect.stringMatching(/^shop: page 1h\/5m at 14\.4 can never fire/)]);
  expect(rules).toContain(`# ${leftOut[0]}`);
});
