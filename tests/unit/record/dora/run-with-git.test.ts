/** The record that a production run leaves by itself: lead times of every commit, where its repository is known. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStreamGit } from '../../../../src/record/dora/stream-git.ts';
import { doraMetricsSchema } from '../../../../src/record/schema.ts';
import { sealRun } from '../../../../src/record/seal.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { intend, NOW, of, openState, runAt } from '../sealed-state.ts';
import { importHistory } from './import-history.ts';

const DAY_BEFORE_SECONDS = Date.parse('2026-11-20T10:00:00.000Z') / 1000;

async function metricsAfter(folder: string | undefined, ids: readonly string[]) {
  const state = await openState();
  for (const [index, id] of ids.entries()) {
    const record = runAt(index + 1, of(id));
    await intend(state, record);
    const git = folder === undefined ? {} : { git: createStreamGit(folder, process.env['PATH']) };
    await sealRun({ ...state, record, verdict: judge(record), now: () => NOW, ...git });
  }
  const text = readFileSync(path.join(state.stateDir, 'dora_metrics.json'), 'utf8');
  return doraMetricsSchema.parse(JSON.parse(text));
}

async function repository(count: number) {
  const history = await importHistory(
    Array.from({ length: count }, (_, place) => ({
      parents: place === 0 ? [] : [place - 1],
      timeSeconds: DAY_BEFORE_SECONDS + place * 60,
    })),
  );
  onTestFinished(() => history.remove());
  return history;
}

describe('a production run', () => {
  it('counts every commit that came with it', async () => {
    const { folder, ids } = await repository(4);
    const { lead_time_for_changes: lead, generated_at: at } = await metricsAfter(folder, [ids[0] ?? '', ids[3] ?? '']);
    // the runs answered at 10:01:01 and 10:02:01; commits 1, 2, 3 were made at 10:01, 10:02, 10:03 the day before
    expect(lead.method).toBe('commits');
    expect(lead.p95_minutes).toBe(1441.02);
    expect(lead.changes).toBeGreaterThanOrEqual(3);
    expect(at).toBe(NOW.toISOString());
  });

  it('says that it could not ask where there is no repository', async () => {
    const { ids } = await repository(2);
    const metrics = await metricsAfter('/nowhere', [ids[0] ?? '', ids[1] ?? '']);
    expect(metrics.lead_time_for_changes.method).toBe('deployments');
    expect(metrics.notes).toContain('git could not be asked: there is no folder /nowhere');
  });

  it('counts the deployed commits only where nobody named a repository', async () => {
    const metrics = await metricsAfter(undefined, ['a'.repeat(40)]);
    expect(metrics.lead_time_for_changes.method).toBe('deployments');
    expect(metrics.notes.filter((note) => note.includes('git'))).toEqual([]);
  });
});
