/** What a run left behind: the sealed record and its verdict, read as any later stage reads them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ledgerPaths, openLedger } from '../../src/ledger/open-ledger.ts';
import { readSealedRecord } from '../../src/record/read-sealed-record.ts';
import { runFiles } from '../../src/record/run-files.ts';
import type { RunRecord } from '../../src/run/schema.ts';
import { type VerdictRecord, verdictRecordSchema } from '../../src/verdict/schema.ts';

export interface Sealed {
  readonly record: RunRecord;
  readonly verdict: VerdictRecord;
}

/** The one run of a fresh state folder; undefined where nothing was sealed. Throws on a seal that does not hold. */
export async function readOutcome(stateDir: string): Promise<Sealed | undefined> {
  if (!existsSync(ledgerPaths(stateDir).database)) return undefined;
  const ledger = await openLedger({ stateDir, now: () => new Date(), create: false });
  try {
    const seals = (await ledger.rows()).flatMap(({ event }) => (event.type === 'run.sealed' ? [event] : []));
    const [seal] = seals;
    if (seal === undefined) return undefined;
    if (seals.length > 1) throw new Error(`${stateDir} holds ${seals.length} sealed runs, one was started`);
    const sealed = readSealedRecord(stateDir, seal);
    if ('problem' in sealed) throw new Error(sealed.problem);
    const text = readFileSync(path.join(stateDir, runFiles(seal.runId).verdict), 'utf8');
    return { record: sealed.record, verdict: verdictRecordSchema.parse(JSON.parse(text)) };
  } finally {
    await ledger.close();
  }
}
