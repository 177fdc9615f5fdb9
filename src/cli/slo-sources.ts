/** Where the SLIs of objectives are read from: records and history of the state folder, k6 summaries, a Prometheus. */
import path from 'node:path';
import { authorityPath } from '../contract/authority-file.ts';
import { sha256Hex } from '../contract/canonical.ts';
import type { Objective, Objectives } from '../contract/objectives/objective.ts';
import { readSource } from '../contract/yaml-source.ts';
import { InputError, OwnFaultError } from '../errors.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { SealedEvent } from '../ledger/schema.ts';
import { readJsonReport } from '../record/json-report.ts';
import { readK6Summary } from '../record/performance/k6-summary.ts';
import { toProductionRuns } from '../record/production-runs.ts';
import { readSealedRecord } from '../record/read-sealed-record.ts';
import { readK6 } from '../record/slo/read-k6.ts';
import { readLooks } from '../record/slo/read-looks.ts';
import { checkFreshness, readPrometheus } from '../record/slo/read-prometheus.ts';
import { readRuns } from '../record/slo/read-runs.ts';
import { type ReadWindow, type SliReading, unknown } from '../record/slo/reading.ts';
import type { SloReport } from '../record/slo/slo-schema.ts';
import type { SloStandard } from '../record/slo/slo-standard.ts';
import { type CliContext, ledgerPlace, stateDir } from './context.ts';
import { openPrometheus, type PrometheusDoor } from './slo-prometheus.ts';

interface SourcesInput {
  readonly environment: string;
  readonly system: string | undefined;
  readonly standard: SloStandard;
  readonly objectives: Objectives;
  readonly now: Date;
}

export interface SloSources {
  readonly readerOf: (objective: Objective) => ReadWindow;
  readonly inputs: () => SloReport['inputs'];
  close(): void;
}

type Inputs = Map<string, string>;

/** Opens only what an objective of the environment needs. Rejects with InputError or OwnFaultError. */
export async function openSloSources(input: SourcesInput, context: CliContext): Promise<SloSources> {
  const { environment, standard, objectives, now } = input;
  const ours = objectives.objectives.filter(({ environments }) => environments?.includes(environment) ?? true);
  const needs = (...kinds: readonly Objective['indicator']['kind'][]) =>
    ours.some(({ indicator }) => kinds.includes(indicator.kind));
  const authority = `authority/${standard.id}.yaml`;
  const inputs: Inputs = new Map([
    [objectives.file, objectives.digest],
    [authority, digestOf(authorityPath(`${standard.id}.yaml`), authority)],
  ]);
  const history = needs('run-ratio', 'run-latency', 'history') ? await readHistory(input, context) : [];
  const readRecord = toRecordReader(stateDir(context), inputs);
  const tokenSecrets = ours.flatMap(({ indicator }) =>
    'tokenSecret' in indicator ? (indicator.tokenSecret ?? []) : [],
  );
  // a query may cost a Prometheus much: one after the other
  const asked = { environment, tokenSecrets, concurrency: 1 };
  const prometheus = needs('prometheus') ? openPrometheus(asked, standard, context) : undefined;
  const readerOf = (objective: Objective): ReadWindow => {
    const { indicator, target } = objective;
    switch (indicator.kind) {
      case 'run-ratio':
      case 'run-latency':
        return async (seconds) =>
          'known' in history ? history : readRuns(indicator, target, seconds, { runs: history, readRecord, now });
      case 'history':
        return async (seconds) => ('known' in history ? history : readLooks(history, seconds, now));
      case 'k6-ratio':
      case 'k6-latency': {
        const summary = readSummary(indicator.file, inputs, context);
        return async () => ('known' in summary ? summary : readK6(indicator, target, standard.confidence, summary));
      }
      case 'prometheus':
        return toPrometheusReader(objective, prometheus);
    }
  };
  const listInputs = () => [...inputs].map(([file, sha256]) => ({ file, sha256 }));
  return { readerOf, inputs: listInputs, close: () => prometheus?.close() };
}

/** The system's production runs, or why they cannot be believed. No history = no runs. */
async function readHistory(
  { environment, system }: SourcesInput,
  context: CliContext,
): Promise<readonly SealedEvent[] | (SliReading & { readonly known: false })> {
  const ledger = await openExisting({ stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) });
  if (ledger === undefined) return [];
  try {
    const [first] = await ledger.verify();
    if (first !== undefined) return unknown('blind', `The history was tampered with: ${first.message}.`);
    const rows = await ledger.rows({ environment, type: 'run.sealed', kind: 'production' });
    return toProductionRuns(rows).filter((run) => system === undefined || run.system === system);
  } finally {
    await ledger.close();
  }
}

/** Several objectives and windows ask for the same record. */
function toRecordReader(folder: string, inputs: Inputs) {
  const known = new Map<string, ReturnType<typeof readSealedRecord>>();
  return (run: SealedEvent): ReturnType<typeof readSealedRecord> => {
    const before = known.get(run.runId);
    if (before !== undefined) return before;
    const read = readSealedRecord(folder, run);
    known.set(run.runId, read);
    if ('record' in read) inputs.set(run.recordPath, run.recordDigest);
    return read;
  };
}

function readSummary(name: string, inputs: Inputs, context: CliContext) {
  const report = readJsonReport(path.resolve(context.cwd, name), name);
  if (report.outcome === 'nothing') return unknown('not-run', `k6 summary ${name}: ${report.why}.`);
  const read = report.outcome === 'read' ? readK6Summary(report, name) : report;
  if (report.outcome === 'read') inputs.set(name, sha256Hex(report.bytes));
  if (read.outcome === 'wrong') throw new InputError(read.problems);
  if (read.outcome === 'nothing') return unknown('not-run', `k6 summary ${name}: ${read.why}.`);
  return read.summary;
}

/** Whether anything is counted at all is asked once, before the first window. */
function toPrometheusReader({ indicator, window }: Objective, prometheus: PrometheusDoor | undefined): ReadWindow {
  if (indicator.kind !== 'prometheus' || prometheus === undefined)
    throw new OwnFaultError('Failed to read an objective: it is not of Prometheus.');
  let fresh: ReturnType<typeof checkFreshness> | undefined;
  return async (seconds) => {
    const access = prometheus.accessFor(indicator.tokenSecret);
    if ('known' in access) return access;
    fresh ??= checkFreshness(indicator, window.seconds, access);
    const { stale, notes } = await fresh;
    if (stale !== undefined) return stale;
    const reading = await readPrometheus(indicator, seconds, access);
    return reading.known ? { ...reading, notes: [...reading.notes, ...notes] } : reading;
  };
}

function digestOf(file: string, shownAs: string): string {
  const source = readSource(file, shownAs);
  if (!source.ok) throw new OwnFaultError(`Failed to read ${shownAs}. Install gate10 anew.`);
  return sha256Hex(source.bytes);
}
