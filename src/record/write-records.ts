/** The exports of a state folder: deployment history, DORA metrics, incidents, scorecard. All of them derived anew from the history. */
import path from 'node:path';
import { writeDurably } from '../ledger/durable-file.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { RunRecord } from '../run/schema.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { toMetricsInputs } from './dora/metrics-inputs.ts';
import { deriveWithGit } from './dora/report.ts';
import { loadDoraRules } from './dora/rules.ts';
import type { StreamGit } from './dora/stream-git.ts';
import { type DoraStandard, loadDoraStandard } from './dora-standard.ts';
import { type ExportScope, isSameScope, listExportScopes } from './export-files.ts';
import { toIncidentCases } from './incident/incident-case.ts';
import { calendarMonth } from './period.ts';
import type { Incident } from './schema.ts';
import { findSeal, writeRunScorecard } from './scorecard/write-run-scorecard.ts';
import { toDoraMetrics } from './to-dora-metrics.ts';
import { toHistoryLines } from './to-history-lines.ts';
import { writeIncidents } from './write-incidents.ts';

export interface WriteRecordsOptions {
  readonly stateDir: string;
  readonly ledger: Ledger;
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
  readonly now: () => Date;
  /** rates the DORA metrics; default `authority/dora-2024.yaml` */
  readonly standard?: DoraStandard;
  /** the repository of the deployed commits. Default: lead times of the deployed commits only */
  readonly git?: StreamGit;
  /** absolute; where `policy.yaml` says what a release needs. Default: what `authority/policy.yaml` says */
  readonly contractsDir?: string;
  /** absolute; where the inputs that other records name are compared. Default: they are not */
  readonly projectDir?: string;
}

/** How often the exports are derived again because another process appended meanwhile. */
const ROUNDS = 5;

/**
 * Writes the exports, each as a whole or not at all, for every environment of the history (`export-files.ts`). `files`
 * are those of the record's environment, relative to the state folder. A run of another kind than `production` proves no
 * deployment and writes none of them.
 * Throws OwnFaultError.
 */
export async function writeRecords(options: WriteRecordsOptions): Promise<{ files: string[] }> {
  const { stateDir, ledger, record } = options;
  if (record.kind !== 'production') return { files: [] };
  const standard = options.standard ?? loadDoraStandard();
  const rules = loadDoraRules();
  let rows = await ledger.rows();
  const seal = findSeal(rows, record);
  let files: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const period = calendarMonth(options.now());
    const delivery = await deriveWithGit(rows, { git: options.git, period, rules });
    const { deployments, incidents } = delivery;
    for (const scope of listExportScopes(rows, record)) {
      const dora = toDoraMetrics(deployments, incidents, period, standard, scope, {
        ...delivery.aboutScope(scope),
        generatedAt: options.now().toISOString(),
        inputs: toMetricsInputs(rows, standard.id),
      });
      const own = deployments.filter((each) => isSameScope(each, scope));
      const written = [
        ...writeEach(stateDir, 'deployment_history', '.jsonl', scope, toHistoryLines(own)),
        ...writeEach(stateDir, 'dora_metrics', '.json', scope, `${JSON.stringify(dora, null, 2)}\n`),
      ];
      if (isSameScope(scope, record)) files = [...files, ...written];
    }
    const seen = incidents.filter(({ knownBy }) => knownBy !== 'told');
    writeIncidents(stateDir, toIncidentCases(seen, rows, { now: options.now() }));
    const ofThisRun = incidents.filter((each) => isSameScope(each, record) && concerns(each, record.runId));
    files = [...files, ...ofThisRun.map(({ id }) => path.join('incidents', `${id}.md`))];
    // Of two processes that write at once, the slower must not leave the older state behind.
    if ((await ledger.size()) === rows.length) break;
    rows = await ledger.rows();
  }
  // Last, because it quotes the metrics.
  return { files: [...new Set([...(await writeRunScorecard(options, seal, rows)), ...files])] };
}

function writeEach(stateDir: string, name: string, ending: string, scope: ExportScope, text: string): string[] {
  const files = scope.suffixes.map((suffix) => `${name}${suffix}${ending}`);
  for (const file of files) writeDurably(path.join(stateDir, file), text);
  return files;
}

function concerns(incident: Incident, runId: string): boolean {
  return incident.failedRuns.includes(runId) || incident.closedByRun === runId;
}
