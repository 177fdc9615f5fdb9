/** Reads the record that a seal stands for. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../contract/canonical.ts';
import { OwnFaultError } from '../errors.ts';
import { isCode } from '../ledger/durable-file.ts';
import { ownFault } from '../ledger/own-fault.ts';
import type { SealedEvent } from '../ledger/schema.ts';
import { type RunRecord, runRecordSchema } from '../run/schema.ts';
import { runFiles } from './run-files.ts';

/**
 * The record, byte for byte as it was sealed; or what is wrong with it. Throws OwnFaultError where it cannot be read,
 * or is untouched but of a form that this gate10 does not know.
 */
export function readSealedRecord(
  stateDir: string,
  run: SealedEvent,
): { record: RunRecord } | { problem: string; isGone?: true } {
  // The place follows from the run's id; the stored path is not trusted to stay inside the state folder.
  const file = path.join(stateDir, runFiles(run.runId).record);
  const bytes = readOrUndefined(file);
  if (!bytes) return { problem: `the record of run ${run.runId} is gone (${file})`, isGone: true };
  if (sha256Hex(bytes) !== run.recordDigest) {
    return { problem: `the record of run ${run.runId} is not the one that was sealed (${file})` };
  }
  const parsed = runRecordSchema.safeParse(toJson(bytes));
  if (!parsed.success) {
    throw new OwnFaultError(
      `Failed to read ${file}: it is as it was sealed, but this gate10 does not know its form. Use the gate10 that wrote it.`,
      { cause: parsed.error },
    );
  }
  const record = parsed.data;
  if (record.runId !== run.runId || record.environment !== run.environment || record.kind !== run.kind) {
    return { problem: `the record of run ${run.runId} is that of another run (${file})` };
  }
  return { record };
}

function toJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function readOrUndefined(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw ownFault(`read ${file}`, cause);
  }
}
