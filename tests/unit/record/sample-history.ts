/** Histories in short form, for the derivations. Times are "day hour:minute" of January 2026, UTC. */
import type { LedgerRow, SealedEvent } from '../../../src/ledger/schema.ts';

export interface ShortRun {
  readonly commit: string;
  readonly verdict: SealedEvent['verdict'];
  /** end of the run; it starts a minute earlier */
  readonly end: string;
  readonly deployed?: string;
  /** first answer of the commit; default: a minute before the end, null = never */
  readonly settled?: string | null;
  readonly committed?: string;
  readonly environment?: string;
  readonly system?: string;
  readonly start?: string;
  readonly complete?: boolean;
  readonly kind?: SealedEvent['kind'];
  readonly claimed?: string;
}

/** `9 19:25` → `2026-01-09T19:25:00.000Z`; a whole ISO time stays. */
export function time(short: string): string {
  const [, day = '', clock = ''] = /^(\d{1,2}) (\d\d:\d\d)$/.exec(short) ?? [];
  return day ? `2026-01-${day.padStart(2, '0')}T${clock}:00.000Z` : new Date(short).toISOString();
}

export function toSealed(run: ShortRun, runId: string): SealedEvent {
  const aMinuteBefore = new Date(Date.parse(time(run.end)) - 60_000).toISOString();
  return {
    type: 'run.sealed',
    runId,
    system: run.system ?? 'mosaic',
    environment: run.environment ?? 'production',
    kind: run.kind ?? 'production',
    expected: { commit: run.commit },
    startedAt: run.start ? time(run.start) : aMinuteBefore,
    endedAt: time(run.end),
    verdict: run.verdict,
    ...(run.verdict === 'inconclusive' ? { reason: 'not-run' as const } : {}),
    exitCode: { passed: 0, warned: 0, failed: 1, inconclusive: 3 }[run.verdict],
    complete: run.complete ?? run.verdict !== 'inconclusive',
    because: [run.verdict === 'failed' ? 'integration: /reranker/health answers 404' : run.verdict],
    failedLayers: run.verdict === 'failed' ? ['integration'] : [],
    ...(run.deployed ? { deployedAt: time(run.deployed) } : {}),
    ...(run.settled === null ? {} : { settledAt: run.settled ? time(run.settled) : aMinuteBefore }),
    ...(run.committed ? { commitTime: time(run.committed) } : {}),
    ...(run.claimed ? { claimed: run.claimed } : {}),
    planDigest: 'p',
    contractDigest: 'c',
    recordDigest: 'd'.repeat(64),
    recordPath: `runs/${runId}/record.json`,
  };
}

/** Rows in the order given: the order in which the runs were sealed. Run ids are r1, r2, … */
export function history(runs: readonly ShortRun[]): LedgerRow[] {
  return runs.map((run, index) => ({
    seq: index + 1,
    at: time(run.end),
    key: `seal:r${index + 1}`,
    event: toSealed(run, `r${index + 1}`),
    prev: '',
    hash: '',
  }));
}
