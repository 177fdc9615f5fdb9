/** The record of a production run that began and ended just now. */
import type { RunRecord } from '../../../src/run/schema.ts';
import { healthyRecord, row } from '../verdict/sample-record.ts';

export function productionRecord(commit: string, isHealthy: boolean): RunRecord {
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
  const failed = row('endpoints.thing', {
    layer: 'endpoints',
    status: 'failed',
    severity: 'P0',
    message: 'it is gone',
  });
  const planned = { id: failed.id, layer: failed.layer, title: failed.title, severity: 'P0', by: 'engine' } as const;
  return {
    ...record,
    layers: { ...record.layers, endpoints: 'declared' },
    rows: [...record.rows, failed],
    plan: { ...record.plan, rows: [...record.plan.rows, planned] },
  };
}
