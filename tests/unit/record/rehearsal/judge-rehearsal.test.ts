import { describe, expect, it } from 'vitest';
import type { RehearsalRecorded } from '../../../../src/ledger/rollback-events.ts';
import { judgeRehearsal } from '../../../../src/record/rehearsal/judge-rehearsal.ts';
import { rows } from '../../response/rollback/sample-rollbacks.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const DAY_MS = 86_400_000;

function rehearsed(daysAgo: number, change: Partial<RehearsalRecorded> = {}): RehearsalRecorded {
  const at = new Date(NOW.getTime() - daysAgo * DAY_MS).toISOString();
  const scope = { system: 'mosaic', environment: 'staging' };
  const said = { from: 'b', to: 'a', driver: 'command', outcome: 'passed', because: 'there and back' } as const;
  return { type: 'rehearsal.recorded', rehearsalId: at, ...scope, ...said, at, durations: {}, ...change };
}

describe('a rehearsal', () => {
  it.each<[string, RehearsalRecorded[], string]>([
    ['of today', [rehearsed(0)], 'passed'],
    ['of 30 days ago', [rehearsed(30)], 'passed'],
    ['of 31 days ago', [rehearsed(31)], 'inconclusive stale'],
    ['of the future', [rehearsed(-1)], 'inconclusive stale'],
    ['that failed', [rehearsed(0, { outcome: 'failed' })], 'failed'],
    ['that failed long ago, and none since', [rehearsed(90, { outcome: 'failed' })], 'failed'],
    ['that failed, and passed since', [rehearsed(2, { outcome: 'failed' }), rehearsed(1)], 'passed'],
    ['that passed, and failed since', [rehearsed(2), rehearsed(1, { outcome: 'failed' })], 'failed'],
    ['told out of order', [rehearsed(1, { outcome: 'failed' }), rehearsed(2)], 'failed'],
    ['of another system', [rehearsed(0, { system: 'shop' })], 'inconclusive not-run'],
    ['in an environment that does not count', [rehearsed(0, { environment: 'laptop' })], 'inconclusive not-run'],
    ['that never was', [], 'inconclusive not-run'],
  ])('%s', (_, events, expected) => {
    const scope = { system: 'mosaic', environments: ['embedded', 'staging'] };
    const { status, reason } = judgeRehearsal(rows(...events), scope, { now: NOW, maxAgeMs: 30 * DAY_MS });
    expect([status, reason].filter(Boolean).join(' ')).toBe(expected);
  });
});
