import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/contract/canonical.ts';
import { OwnFaultError } from '../../../src/errors.ts';
import { escapeMarkdown } from '../../../src/record/incident-document.ts';
import { sealRun } from '../../../src/record/seal.ts';
import { isProven, toScorecard } from '../../../src/record/to-scorecard.ts';
import { writeRecords } from '../../../src/record/write-records.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../ledger/sample-events.ts';
import { row } from '../verdict/sample-record.ts';
import { history } from './sample-history.ts';
import { brokenAt, COMMIT, healthyRecord, NOW, OTHER_COMMIT, of, openState, runAt, seal } from './sealed-state.ts';

function json(stateDir: string, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(stateDir, name), 'utf8'));
}

function historyIn(stateDir: string, name: string): string[] {
  const lines = readFileSync(path.join(stateDir, name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line).environment);
}

function incidentIn(stateDir: string): { file: string; text: string } {
  const [name = ''] = readdirSync(path.join(stateDir, 'incidents'));
  const file = path.join(stateDir, 'incidents', name);
  return { file, text: readFileSync(file, 'utf8') };
}

describe('a sealed run', () => {
  it('leaves its record, its verdict, and a seal with the digest of the bytes', async () => {
    const state = await openState();
    const files = await seal(state, runAt(1));
    expect(files.filter((file) => !existsSync(path.join(state.stateDir, file)))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['runs/run-1/record.json', 'runs/run-1/verdict.json', 'dora_metrics.json']),
    );
    const bytes = readFileSync(path.join(state.stateDir, 'runs/run-1/record.json'));
    const [row] = await state.ledger.rows({ type: 'run.sealed' });
    expect(row?.event).toMatchObject({ verdict: 'passed', complete: true, recordDigest: sha256Hex(bytes) });
    expect(row?.key).toBe('seal:run-1');
    expect(await state.ledger.verify()).toEqual([]);
  });

  it('may be sealed again with the same record, and never with another', async () => {
    const state = await openState();
    await seal(state, runAt(1));
    const again = { ...state, now: () => NOW };
    await sealRun({ ...again, record: runAt(1), verdict: judge(runAt(1)) });
    expect(await state.ledger.rows({ type: 'run.sealed' })).toHaveLength(1);
    const before = readFileSync(path.join(state.stateDir, 'runs/run-1/record.json'), 'utf8');
    const other = runAt(1, { settledAt: '2026-11-21T10:01:02.000Z' });
    await expect(sealRun({ ...again, record: other, verdict: judge(other) })).rejects.toThrow(/sealed already/);
    expect(readFileSync(path.join(state.stateDir, 'runs/run-1/record.json'), 'utf8')).toBe(before);
  });

  it('replaces the record of an attempt that died before its seal', async () => {
    const state = await openState();
    mkdirSync(path.join(state.stateDir, 'runs/run-1'), { recursive: true });
    writeFileSync(path.join(state.stateDir, 'runs/run-1/record.json'), '{"half":');
    await seal(state, runAt(1));
    expect(json(state.stateDir, 'runs/run-1/record.json')).toMatchObject({ runId: 'run-1' });
  });

  it.each(['../evil', 'a/b', '', '..', '.hidden', 'x'.repeat(200)])('is refused under the id %j', async (runId) => {
    const state = await openState();
    await expect(
      sealRun({ ...state, record: healthyRecord({ runId }), verdict: judge(healthyRecord()), now: () => NOW }),
    ).rejects.toThrow(OwnFaultError);
    expect(await state.ledger.rows()).toEqual([]);
  });

  it('of kind "check" leaves no deployment, no metrics and no scorecard', async () => {
    const state = await openState();
    await seal(state, runAt(1, { kind: 'check' }));
    expect(readdirSync(state.stateDir).sort()).toEqual(['checkpoint.json', 'ledger.sqlite', 'runs']);
  });

  it('keeps the worst severity, the failed layers and what the commit claimed', async () => {
    const state = await openState();
    await seal(state, brokenAt(1));
    expect((await state.ledger.rows({ type: 'run.sealed' }))[0]?.event).toMatchObject({
      verdict: 'failed',
      severity: 'P0',
      failedLayers: ['runtime'],
      claimed: 'feat: everything works',
    });
  });

  it('names the layer first that explains the others, and its incident after that', async () => {
    const state = await openState();
    const why = (message: string) => ({ status: 'failed', severity: 'P0', message }) as const;
    const rows = [
      row('code-authority.served-commit', { layer: 'code-authority', ...why('no build is told') }),
      row('runtime.health', {}),
      row('frontend./.served', { layer: 'frontend', ...why('502') }),
      row('integration.front-door-answers', { layer: 'integration', ...why('the proxy points at a dead host') }),
    ];
    await seal(state, runAt(1, { rows }));
    const [sealed] = await state.ledger.rows({ type: 'run.sealed' });
    expect(sealed?.event).toMatchObject({ failedLayers: ['integration', 'code-authority', 'frontend'] });
    const { file, text } = incidentIn(state.stateDir);
    expect(path.basename(file)).toContain('-integration-');
    expect(text).toMatch(/^# Incident: .*integration does not keep its promises/);
  });
});

describe('the exports', () => {
  it('follow a failed run and the proof after it: incident opened, then closed, time to restore known', async () => {
    const state = await openState();
    await seal(state, brokenAt(1));
    expect(incidentIn(state.stateDir).text).toContain('- Status: open');
    expect(json(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ overall_passed: false });
    await seal(state, runAt(3, of(OTHER_COMMIT)));
    const { text } = incidentIn(state.stateDir);
    expect(text).toContain('- Status: closed 2026-11-21T10:03:09.000Z');
    expect(text).toContain('- Time to restore: 2 minutes');
    expect(text).toContain('- Severity: P0');
    expect(json(state.stateDir, 'dora_metrics.json')).toMatchObject({
      system: 'mosaic',
      environment: 'embedded',
      change_failure_rate: { total_deployments: 2, failed_deployments: 1, percentage: 50 },
      time_to_restore_service: { incidents: 1, open_incidents: 0, avg_minutes: 2 },
    });
    const lines = readFileSync(path.join(state.stateDir, 'deployment_history.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { commit: COMMIT, success: false },
      { commit: OTHER_COMMIT, success: true, previous_commit: COMMIT },
    ]);
    expect(json(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ overall_passed: true, run_id: 'run-3' });
  });

  it('hold a run too that another process seals while they are written', async () => {
    const state = await openState();
    const other = await openState(state.stateDir);
    const end = '2026-11-21T10:04:00.000Z';
    const [meanwhile] = history([{ commit: OTHER_COMMIT, verdict: 'passed', environment: 'embedded', end }]);
    let isAppended = false;
    const rows: typeof state.ledger.rows = async (filter) => {
      const seen = await state.ledger.rows(filter);
      if (filter === undefined && !isAppended && meanwhile) {
        isAppended = true;
        await other.ledger.append(meanwhile.event, 'seal:meanwhile');
      }
      return seen;
    };
    await seal({ ...state, ledger: { ...state.ledger, rows } }, runAt(1));
    expect(isAppended).toBe(true);
    const lines = readFileSync(path.join(state.stateDir, 'deployment_history.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).commit)).toEqual([COMMIT, OTHER_COMMIT]);
  });

  it('of staging stay beside those of production, whichever runs last', async () => {
    const state = await openState();
    const production = (minute: number, over = {}) => brokenAt(minute, { environment: 'production', ...over });
    const staging = (minute: number) => runAt(minute, { environment: 'staging' });
    await seal(state, staging(1));
    expect(json(state.stateDir, 'dora_metrics.json')).toMatchObject({ environment: 'staging' });
    await seal(state, production(2));
    const files = await seal(state, staging(3));
    const ofProduction = { environment: 'production' };
    expect(json(state.stateDir, 'dora_metrics.json')).toMatchObject(ofProduction);
    expect(json(state.stateDir, 'dora_metrics.staging.json')).toMatchObject({ environment: 'staging' });
    expect(json(state.stateDir, 'dora_metrics.production.json')).toMatchObject(ofProduction);
    expect(json(state.stateDir, 'readiness-scorecard.json')).toMatchObject({ run_id: 'run-2', overall_passed: false });
    expect(json(state.stateDir, 'readiness-scorecard.staging.json')).toMatchObject({ run_id: 'run-3' });
    expect(json(state.stateDir, 'readiness-scorecard.production.json')).toMatchObject({ run_id: 'run-2' });
    expect(historyIn(state.stateDir, 'deployment_history.jsonl')).toEqual(['production']);
    expect(historyIn(state.stateDir, 'deployment_history.staging.jsonl')).toEqual(['staging']);
    expect(files).toEqual(
      expect.arrayContaining([
        'readiness-scorecard.staging.json',
        'deployment_history.staging.jsonl',
        'dora_metrics.staging.json',
      ]),
    );
    expect(files).not.toContain('dora_metrics.json');
  });

  it('of two systems in one folder bear the name of the system too', async () => {
    const state = await openState();
    await seal(state, runAt(1));
    await seal(state, runAt(2, { system: 'other' }));
    expect(json(state.stateDir, 'dora_metrics.mosaic.embedded.json')).toMatchObject({ system: 'mosaic' });
    expect(json(state.stateDir, 'dora_metrics.other.embedded.json')).toMatchObject({ system: 'other' });
  });

  it('give an incident its timeline, advice and the day of its postmortem from the history', async () => {
    const state = await openState();
    await seal(state, runAt(0, of(OTHER_COMMIT)));
    await seal(state, brokenAt(1));
    const { text } = incidentIn(state.stateDir);
    expect(text).toMatch(
      new RegExp(`^- Advice: roll back to ${OTHER_COMMIT}\\. The critical layer runtime failed\\.`, 'm'),
    );
    expect(text).toContain('- Postmortem: due when it is over');
    expect(text).toMatch(/^## Timeline\n\n- 2026-11-21T10:01:09\.000Z Detected by run run-1 of a+: .*500/m);
    await seal(state, runAt(3));
    const closed = incidentIn(state.stateDir).text;
    expect(closed).toMatch(/^- 2026-11-21T10:03:09\.000Z Proven to work by run run-3/m);
    expect(closed).toContain('- Postmortem: due 2026-11-23T10:03:09.000Z, at the latest 2026-11-24T10:03:09.000Z');
    expect(closed).toContain('- Advice: none. It is over.');
  });

  it('leave what people wrote into an incident as it is', async () => {
    const state = await openState();
    await seal(state, brokenAt(1));
    const { file, text } = incidentIn(state.stateDir);
    writeFileSync(file, text.replace('Not known yet.', 'The proxy rule was missing.'));
    await seal(state, runAt(3));
    const closed = incidentIn(state.stateDir).text;
    expect(closed).toContain('The proxy rule was missing.');
    expect(closed).toContain('- Status: closed');
  });

  it('come from the history alone: what somebody wrote into them is gone after the next run', async () => {
    const state = await openState();
    await seal(state, brokenAt(1));
    writeFileSync(path.join(state.stateDir, 'deployment_history.jsonl'), '{"success":true}\n');
    await seal(state, runAt(3));
    const [first = ''] = readFileSync(path.join(state.stateDir, 'deployment_history.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ commit: COMMIT, success: false });
  });

  it('end the run as our own fault when they cannot be written', async () => {
    const state = await openState();
    mkdirSync(path.join(state.stateDir, 'dora_metrics.json'));
    await expect(seal(state, runAt(1))).rejects.toThrow(/Failed to write .*dora_metrics\.json/);
  });

  it('do not leave the state folder through a link', async () => {
    const state = await openState();
    const outside = temporaryFolder();
    symlinkSync(outside, path.join(state.stateDir, 'incidents'));
    await expect(seal(state, brokenAt(1))).rejects.toThrow(/it is not a folder/);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('are not written for a run without a seal', async () => {
    const record = runAt(1);
    await expect(
      writeRecords({ ...(await openState()), record, verdict: judge(record), now: () => NOW }),
    ).rejects.toThrow(/is not sealed/);
  });

  it.each([
    ['JSON', '","success":true,"x":"'],
    ['a line break', 'fix\n{"commit":"x","success":true}'],
    ['Markdown', '# done\n- Status: closed'],
    ['HTML', '<script>alert(1)</script><!-- gate10: end -->'],
    ['a link', '[click](https://evil.example) @everyone'],
  ])('are not changed by %s in the subject of a commit', async (_, subject) => {
    const state = await openState();
    await seal(state, brokenAt(1, { commit: { subject } }));
    const lines = readFileSync(path.join(state.stateDir, 'deployment_history.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).success)).toEqual([false]);
    const metrics = json(state.stateDir, 'dora_metrics.json') as { change_failure_rate: { failures: unknown[] } };
    expect(metrics.change_failure_rate.failures).toMatchObject([{ claimed: subject }]);
    const { text } = incidentIn(state.stateDir);
    expect(text.match(/^- Status: .*$/gm)).toEqual(['- Status: open']);
    expect(text.match(/<!-- gate10/g)).toHaveLength(2);
    expect(text).not.toMatch(/<script|\]\(https?:\/\/|@everyone|^# done/m);
  });
});

describe('Markdown from outside', () => {
  it.each([
    ['*bold* _it_ `code`', '\\*bold\\* \\_it\\_ \\`code\\`'],
    ['a\r\n\u2028b\u0000\u202ec', 'a b c'],
    ['<b>&', '&lt;b&gt;&amp;'],
    ['bob@example.com, https://evil.example', 'bob&#64;example.com, https:&#47;&#47;evil.example'],
    ['@everyone', '&#64;&#8288;everyone'],
    ['&#64;', '&amp;\\#64;'],
  ])('%j becomes %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('the scorecard', () => {
  const facts = { recordSha256: 'd'.repeat(64), now: NOW };
  const record = runAt(1, {
    owner: 'platform',
    slis: [
      {
        ...{ name: 'latency-p95', n: 500, misses: 3, value: 174, bound: 190, objective: 200, unit: 'ms' },
        ...{ confidence: 0.95, status: 'passed', p50: 41 },
      },
      {
        ...{ name: 'availability', n: 500, misses: 0, value: 1, bound: 0.994, objective: 0.999, gate: 0.99 },
        ...{ unit: 'ratio', confidence: 0.95, status: 'passed', objectiveNeeds: 2995 },
      },
    ],
  });

  it("has the seeds' fields and ours", () => {
    expect(toScorecard(record, judge(record), facts)).toMatchObject({
      release: COMMIT,
      suites: [{ name: 'production', status: 'passed', duration: 9, p50_latency_ms: 41, p95_latency_ms: 174 }],
      waivers: [],
      generated_at: '2026-11-21T10:05:00.000Z',
      owner: 'platform',
      overall_passed: true,
      commit: COMMIT,
      environment: 'embedded',
      layer_coverage: { of: 14 },
      slis: [
        { name: 'latency-p95', n: 500, bound: 190 },
        { name: 'availability', objective: 0.999, gate: 0.99 },
      ],
      run_id: 'run-1',
      record_sha256: facts.recordSha256,
    });
  });

  it('names who answers for each layer, and nobody where the contract does not', () => {
    const owned = { ...record, owners: { runtime: 'operations' } };
    const ownerOf = (layer: string, of: RunRecord): string | undefined =>
      toScorecard(of, judge(of), facts).layers.find((each) => each.layer === layer)?.owner;
    expect([ownerOf('runtime', owned), ownerOf('dns', owned)]).toEqual(['operations', 'platform']);
    const { owner: _nobody, ...unowned } = record;
    expect(toScorecard(unowned, judge(unowned), facts).owner).toBe('unassigned');
    expect(ownerOf('runtime', unowned)).toBeUndefined();
  });

  it('says why a layer is absent, as the verdict does', () => {
    const dns = { layer: 'dns', status: 'absent', why: 'this small system has no such layer' };
    expect(judge(record).layers).toContainEqual(expect.objectContaining(dns));
    expect(toScorecard(record, judge(record), facts).layers).toContainEqual(expect.objectContaining(dns));
  });

  const good = judge(record);
  it.each([
    ['the verdict is failed', { verdict: 'failed' }],
    ['the verdict is inconclusive', { verdict: 'inconclusive' }],
    ['the exit code is not 0', { exitCode: 70 }],
    ['the run was incomplete', { complete: false }],
    ['there are no layers', { layers: [] }],
    ['a layer contradicts it', { layers: good.layers.map((each) => ({ ...each, status: 'inconclusive' })) }],
    ['every layer is absent', { layers: good.layers.map((each) => ({ ...each, status: 'absent' })) }],
  ] as [string, Partial<typeof good>][])('is not passed when %s', (_, change) => {
    expect(isProven(good)).toBe(true);
    expect(toScorecard(record, { ...good, ...change }, facts).overall_passed).toBe(false);
  });
});
