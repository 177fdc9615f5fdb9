/** The exports of a state folder: deployment history, DORA metrics, incidents, scorecard. All of them derived anew from the history. */
import path from 'node:path';
import { OwnFaultError } from '../errors.ts';
import { writeDurably } from '../ledger/durable-file.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { RunRecord } from '../run/schema.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { deriveDeployments } from './derive-deployments.ts';
import { deriveIncidents } from './derive-incidents.ts';
import { type DoraStandard, loadDoraStandard } from './dora-standard.ts';
import { calendarMonth } from './period.ts';
import type { Scope } from './production-runs.ts';
import { toDoraMetrics } from './to-dora-metrics.ts';
import { toHistoryLines } from './to-history-lines.ts';
import { toScorecard } from './to-scorecard.ts';
import { writeIncidents } from './write-incidents.ts';

export interface WriteRecordsOptions {
  readonly stateDir: string;
  readonly ledger: Ledger;
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
  readonly now: () => Date;
  /** rates the DORA metrics; default `authority/dora-2024.yaml` */
  readonly standard?: DoraStandard;
  /** who answers for the release's readiness */
  readonly owner?: string;
}

/** How often the exports are derived again because another process appended meanwhile. */
const ROUNDS = 5;

/**
 * Writes the exports, each as a whole or not at all; `files` are relative to the state folder. The DORA metrics are
 * those of the record's system and environment. A run of kind `check` proves no deployment and writes none of them.
 * Throws OwnFaultError.
 */
export async function writeRecords(options: WriteRecordsOptions): Promise<{ files: string[] }> {
  const { stateDir, ledger, record } = options;
  if (record.kind === 'check') return { files: [] };
  const standard = options.standard ?? loadDoraStandard();
  let rows = ledger.rows();
  let files = writeScorecard(options);
  for (let round = 0; round < ROUNDS; round++) {
    const deployments = deriveDeployments(rows);
    const incidents = deriveIncidents(rows);
    const dora = toDoraMetrics(deployments, incidents, calendarMonth(options.now()), standard, record);
    writeDurably(path.join(stateDir, 'deployment_history.jsonl'), toHistoryLines(deployments));
    writeDurably(path.join(stateDir, 'dora_metrics.json'), `${JSON.stringify(dora, null, 2)}\n`);
    writeIncidents(stateDir, incidents);
    const ofThisRun = incidents.filter((each) => isSameScope(each, record) && concerns(each, record.runId));
    files = [...files, ...ofThisRun.map(({ id }) => path.join('incidents', `${id}.md`))];
    // Of two processes that write at once, the slower must not leave the older state behind.
    const after = ledger.rows();
    if (after.length === rows.length) break;
    rows = after;
  }
  return { files: [...new Set([...files, 'deployment_history.jsonl', 'dora_metrics.json'])] };
}

function isSameScope(a: Scope, b: Scope): boolean {
  return a.system === b.system && a.environment === b.environment;
}

function concerns(incident: ReturnType<typeof deriveIncidents>[number], runId: string): boolean {
  return incident.failedRuns.includes(runId) || incident.closedByRun === runId;
}

function writeScorecard({ stateDir, ledger, record, verdict, now, owner }: WriteRecordsOptions): string[] {
  const sealed = ledger
    .rows({ type: 'run.sealed', environment: record.environment })
    .flatMap(({ event }) => (event.type === 'run.sealed' && event.runId === record.runId ? [event] : []))[0];
  if (!sealed) {
    throw new OwnFaultError(`Failed to write the records of run ${record.runId}: it is not sealed. Seal it first.`);
  }
  const scorecard = toScorecard(record, verdict, {
    recordSha256: sealed.recordDigest,
    now: now(),
    owner: owner ?? 'unassigned',
  });
  writeDurably(path.join(stateDir, 'readiness-scorecard.json'), `${JSON.stringify(scorecard, null, 2)}\n`);
  return ['readiness-scorecard.json'];
}
