/** `seal-production.ts <identity url>`: stands for the production suite: passed where the expected commit is what is served. */
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { sealRun } from '../../../src/record/seal.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { productionRecord } from './production-record.ts';

const { GATE10_EXPECT_SHA: expected = '', GATE10_STATE_DIR: stateDir = '' } = process.env;
const answer = await fetch(process.argv[2] ?? '');
const { commit } = (await answer.json()) as { commit: string };
const now = (): Date => new Date();
const ledger = await openLedger({ stateDir, now });
const record = productionRecord(expected, commit === expected);
const verdict = judge(record);
await sealRun({ stateDir, ledger, record, verdict, now });
await ledger.close();
process.exitCode = verdict.exitCode;
