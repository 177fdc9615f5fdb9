/** What the sealed record of a commit proves, and which rows of it failed. */
import type { Ledger } from '../../ledger/schema.ts';
import { findProof, type Proof } from '../../record/find-proof.ts';
import { readSealedRecord } from '../../record/read-sealed-record.ts';
import type { RunRecord } from '../../run/schema.ts';
import { judge } from '../../verdict/judge.ts';
import type { Obtained } from './schema.ts';

export interface ProofPlace {
  readonly ledger: Ledger | undefined;
  readonly stateDir: string;
  readonly environment: string;
  readonly commit: string;
  readonly now: Date;
  readonly isShared: boolean;
}

const FIX = 'npx playwright test --project=production';
/** How old it may be is for the gate to judge, with all the rest. */
const ANY_AGE_MS = Number.MAX_SAFE_INTEGER;
const MAX_ROWS = 500;

export async function obtainProof(place: ProofPlace): Promise<Obtained<'proof'>> {
  const { ledger, stateDir, environment, commit, now, isShared } = place;
  if (ledger === undefined) return { state: 'missing', why: 'no run was ever recorded here', fix: FIX };
  const proof = await findProof({ ledger, stateDir, environment, commit, now, isShared, judge, maxAgeMs: ANY_AGE_MS });
  switch (proof.outcome) {
    case 'tampered':
    case 'own-fault':
      return {
        state: 'unusable',
        why: proof.message,
        fix: 'Find out who changed the records, and run the suite again.',
      };
    case 'inconclusive':
      if (proof.reason === 'not-run') return { state: 'missing', why: proof.message, fix: FIX };
      return { state: 'read', value: { outcome: 'inconclusive', message: proof.message, failed: [] } };
    case 'proven':
    case 'failed':
      return { state: 'read', value: toFacts(proof, place) };
  }
}

function toFacts(
  { outcome, run, message }: Extract<Proof, { outcome: 'proven' | 'failed' }>,
  { stateDir }: ProofPlace,
) {
  const { runId, endedAt, recordDigest, verdict } = run;
  const facts = { outcome, message, runId, endedAt, recordSha256: recordDigest, verdict };
  if (outcome === 'proven') return { ...facts, failed: [] };
  const read = readSealedRecord(stateDir, run);
  if ('problem' in read) return { ...facts, failed: [] };
  const failed = read.record.rows.filter(({ status }) => status === 'failed');
  // too many to name them all: none is waived
  if (failed.length > MAX_ROWS) return { ...facts, failed: [] };
  const { verdict: rest, because } = judge(withoutFailures(read.record));
  return {
    ...facts,
    failed: failed.map(({ id, layer, severity, message: why = '' }) => ({ id, layer, severity, message: why })),
    rest: { verdict: rest, because: [...because] },
  };
}

/** The same run, had nothing that can be waived failed: what is wrong with it then is wrong with the run. */
function withoutFailures(record: RunRecord): RunRecord {
  const rows = record.rows.map((row) => (row.status === 'failed' ? { ...row, status: 'warned' as const } : row));
  return { ...record, rows };
}
