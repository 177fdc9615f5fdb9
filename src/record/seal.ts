/** Sealing: a run's record is written, its digest goes into the history, and both are read back. Only then it counts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../contract/canonical.ts';
import { OwnFaultError } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { ownFault } from '../ledger/own-fault.ts';
import type { LedgerRow, SealedEvent } from '../ledger/schema.ts';
import type { RunRecord } from '../run/schema.ts';
import { inCauseOrder } from '../verdict/cause-order.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { runFiles } from './run-files.ts';
import type { WriteRecordsOptions } from './write-records.ts';

/** How a run's seal is found again. */
export function sealKey(runId: string): string {
  return `seal:${runId}`;
}

/**
 * Writes `runs/<id>/record.json` and `verdict.json`, appends `run.sealed`, reads both back, then writes the exports.
 * Sealing the same record again is harmless; another record for a sealed run is refused before anything is written.
 * `files` are relative to the state folder. Throws OwnFaultError: a run that could not be sealed proves nothing.
 */
export async function sealRun(options: WriteRecordsOptions): Promise<{ row: LedgerRow; files: string[] }> {
  const { stateDir, ledger, record, verdict } = options;
  const files = runFiles(record.runId);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const event = toSealedEvent(record, verdict, sha256Hex(text), files.record);
  await refuseAnotherRecord(options, event.recordDigest);
  ensureFolder(path.dirname(path.join(stateDir, files.record)));
  writeDurably(path.join(stateDir, files.record), text);
  writeDurably(path.join(stateDir, files.verdict), `${JSON.stringify(verdict, null, 2)}\n`);
  await ledger.append(event, sealKey(record.runId));
  const row = await readBack(options, event.recordDigest, path.join(stateDir, files.record));
  return { row, files: [...(await exports(options)), files.record, files.verdict] };
}

/** Only a production run can prove a deployment; others change no export: what writes them is not even loaded. */
async function exports(options: WriteRecordsOptions): Promise<string[]> {
  if (options.record.kind !== 'production') return [];
  const { writeRecords } = await import('./write-records.ts');
  return (await writeRecords(options)).files;
}

/** What the history keeps of a run. */
function toSealedEvent(
  record: RunRecord,
  verdict: VerdictRecord,
  recordDigest: string,
  recordPath: string,
): SealedEvent {
  const { runId, system, environment, kind, expected, startedAt, endedAt } = record;
  return {
    type: 'run.sealed',
    ...{ runId, system, environment, kind, expected, startedAt, endedAt },
    ...(record.previousCommit === undefined ? {} : { previousCommit: record.previousCommit }),
    ...(record.commit.time === undefined ? {} : { commitTime: toUtc(record.commit.time) }),
    ...(record.commit.deployedAt === undefined ? {} : { deployedAt: toUtc(record.commit.deployedAt) }),
    ...(record.settledAt === undefined ? {} : { settledAt: record.settledAt }),
    verdict: verdict.verdict,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    exitCode: verdict.exitCode,
    complete: verdict.complete,
    because: verdict.because.slice(0, 20),
    failedLayers: failedLayers(record, verdict),
    ...worstSeverity(record),
    ...(record.commit.subject === undefined ? {} : { claimed: record.commit.subject }),
    planDigest: record.plan.digest,
    contractDigest: record.plan.contractDigest,
    recordDigest,
    recordPath,
  };
}

/** The first of them is the one that explains the others: an incident is named after it. A layer without a failed row comes last. */
function failedLayers({ rows, plan }: RunRecord, { layers }: VerdictRecord): string[] {
  const failed = new Set(layers.filter(({ status }) => status === 'failed').map(({ layer }) => layer));
  const failedRows = rows.filter(({ status }) => status === 'failed');
  const explained = inCauseOrder(failedRows, plan).map(({ layer }) => layer);
  return [...new Set([...explained.filter((layer) => failed.has(layer)), ...failed])];
}

function toUtc(time: string): string {
  return new Date(time).toISOString();
}

function worstSeverity(record: RunRecord): Pick<SealedEvent, 'severity'> {
  const [worst] = record.rows
    .filter(({ status }) => status === 'failed')
    .map(({ severity }) => severity)
    .sort();
  return worst === undefined ? {} : { severity: worst };
}

async function findSeal({ ledger, record }: WriteRecordsOptions): Promise<LedgerRow | undefined> {
  const [row] = await ledger.rows({ key: sealKey(record.runId) });
  return row;
}

async function refuseAnotherRecord(options: WriteRecordsOptions, digest: string): Promise<void> {
  const event = (await findSeal(options))?.event;
  if (event?.type !== 'run.sealed' || event.recordDigest === digest) return;
  throw new OwnFaultError(
    `Failed to seal run ${options.record.runId}: it is sealed already, with another record. A run is judged once; start a new run.`,
  );
}

async function readBack(options: WriteRecordsOptions, digest: string, file: string): Promise<LedgerRow> {
  const row = await findSeal(options);
  if (row?.event.type !== 'run.sealed' || row.event.recordDigest !== digest || digestOf(file) !== digest) {
    throw new OwnFaultError(
      `Failed to seal run ${options.record.runId}: what was read back from ${file} and the history is not what was written. Check the disk and run again.`,
    );
  }
  return row;
}

function digestOf(file: string): string {
  try {
    return sha256Hex(readFileSync(file));
  } catch (cause) {
    throw ownFault(`read ${file}`, cause);
  }
}
