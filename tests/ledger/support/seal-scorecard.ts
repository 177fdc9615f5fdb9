/** `seal-scorecard.ts <state folder> <number>`: seals a healthy run that ended in that minute, with all the exports. */
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { sealRun } from '../../../src/record/seal.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { healthyRecord } from '../../unit/verdict/sample-record.ts';

const [stateDir = '', number = ''] = process.argv.slice(2);
const now = (): Date => new Date('2026-11-21T12:00:00.000Z');
const ledger = await openLedger({ stateDir, now });
const record = healthyRecord({
  runId: `run-${number}`,
  expected: { commit: number.repeat(40) },
  endedAt: `2026-11-21T10:0${number}:00.000Z`,
});
await sealRun({ stateDir, ledger, record, verdict: judge(record), now });
await ledger.close();
