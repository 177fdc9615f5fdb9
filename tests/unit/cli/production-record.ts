/** The record of a production run that began and ended just now. */
import type { PlannedRow } from '../../../src/probe/schema.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { healthyRecord, row } from '../verdict/sample-record.ts';

/** What is broken, and who sees it: `gate10 check` too, or a browser only. */
const BROKEN = {
  engine: { id: 'endpoints.thing', layer: 'endpoints', message: 'it is gone' },
  browser: { id: 'frontend./.renders', layer: 'frontend', message: 'the page stays blank' },
} as const;

export function productionRecord(
  commit: string,
  isHealthy: boolean,
  by: Extract<PlannedRow['by'], 'engine' | 'browser'> = 'engine',
): RunRecord {
  const at = new Date().toISOString();
  const { plan, identity, ...healthy } = healthyRecord();
  const record: RunRecord = {
    ...healthy,
    runId: `run-${at.replace(/\D/g, '')}-${commit.slice(0, 7)}`,
    ...{ startedAt: at, settledAt: at, endedAt: at, expected: { commit } },
    plan: { ...plan, expected: { commit } },
    identity: identity.map((sample) => ({ ...sample, commit })),
  };
  if (isHealthy) return record;
  const { id, layer, message } = BROKEN[by];
  const failed = row(id, { layer, status: 'failed', severity: 'P0', message });
  const planned = { id, layer, title: failed.title, severity: 'P0', by } as const;
  return {
    ...record,
    layers: { ...record.layers, [layer]: 'declared' },
    rows: [...record.rows, failed],
    plan: { ...record.plan, rows: [...record.plan.rows, planned] },
  };
}
