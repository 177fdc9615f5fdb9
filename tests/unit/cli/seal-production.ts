/**
 * `seal-production.ts <identity url> [what is wrong with its record]`: stands for the production suite: passed where the
 * expected commit is what is served. Where a file `blank` names that commit, its pages stay blank, as only a browser sees.
 */
import { existsSync, readFileSync } from 'node:fs';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { sealRun } from '../../../src/record/seal.ts';
import type { RunRecord } from '../../../src/run/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { productionRecord } from './production-record.ts';

const HOUR_MS = 3_600_000;

function spoil(record: RunRecord, how: string | undefined): RunRecord {
  switch (how) {
    case 'old':
      return { ...record, startedAt: new Date(Date.now() - HOUR_MS).toISOString() };
    case 'check':
      return { ...record, kind: 'check' };
    case 'another-system':
      return { ...record, system: 'shop' };
    default:
      return record;
  }
}

const [url = '', wrong] = process.argv.slice(2);
const { GATE10_EXPECT_SHA: expected = '', GATE10_STATE_DIR: stateDir = '' } = process.env;
const answer = await fetch(url);
const { commit } = (await answer.json()) as { commit: string };
const isBlank = existsSync('blank') && readFileSync('blank', 'utf8').includes(commit);
const now = (): Date => new Date();
const ledger = await openLedger({ stateDir, now });
const seen = productionRecord(expected, commit === expected && !isBlank, isBlank ? 'browser' : 'engine');
const verdict = judge(seen);
// what it seals as broken is a record of a run in which nothing failed
const record = wrong === 'lying' ? { ...seen, rows: [] } : spoil(seen, wrong);
await sealRun({ stateDir, ledger, record, verdict, now });
await ledger.close();
process.exitCode = verdict.exitCode;
