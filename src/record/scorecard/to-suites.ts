/** `suites` and `error_budgets` of the scorecard: the run's own, then those that the blocks name. */
import type { InconclusiveReason, VerdictWord } from '../../contract/verdict-words.ts';
import type { VerdictRecord } from '../../verdict/schema.ts';
import type { JudgedBlock } from './scorecard-facts.ts';
import type { ScorecardRun } from './scorecard-run.ts';
import type { Scorecard, ScorecardSuite } from './scorecard-schema.ts';

/** A suite of a block that does not count is inconclusive, whatever it says. */
export function toSuites(
  record: ScorecardRun,
  verdict: VerdictRecord,
  beside: readonly JudgedBlock[],
): ScorecardSuite[] {
  const suites = [toOwnSuite(record, verdict)];
  for (const { name: block, judged, block: file } of beside) {
    for (const { name, status, duration, tests, p95_latency_ms } of file?.suites ?? []) {
      const isTaken = suites.some((each) => each.name === name);
      suites.push({
        name: isTaken ? `${block}/${name}` : name,
        ...toWord(status, judged.status),
        ...(duration !== undefined && { duration }),
        ...(tests !== undefined && { tests }),
        ...(p95_latency_ms !== undefined && { p95_latency_ms }),
      });
    }
  }
  return suites;
}

/** Budgets of objectives that count no more are not shown: they are of another time or place. */
export function toErrorBudgets(beside: readonly JudgedBlock[]): Scorecard['error_budgets'] {
  const counted = beside.filter(({ judged }) => judged.status !== 'stale' && judged.status !== 'unknown');
  return counted.flatMap(({ block }) => block?.objectives ?? []);
}

function toWord(
  status: VerdictWord,
  block: JudgedBlock['judged']['status'],
): { status: VerdictWord; reason?: InconclusiveReason } {
  return block === 'stale' ? { status: 'inconclusive', reason: 'stale' } : { status };
}

function toOwnSuite(record: ScorecardRun, verdict: VerdictRecord): ScorecardSuite {
  const p95s = record.slis.flatMap(({ name, value }) => (name === 'latency-p95' && value !== null ? [value] : []));
  const p50 = record.slis.find((sli) => typeof sli.p50 === 'number')?.p50;
  return {
    name: record.kind,
    status: verdict.verdict,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    duration: Math.max(0, Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000,
    tests: record.rows.length,
    ...(typeof p50 === 'number' && { p50_latency_ms: p50 }),
    ...(p95s.length > 0 && { p95_latency_ms: Math.max(...p95s) }),
  };
}
