/** A process that appends: `append-rows.ts <state folder> <name> <count>`. Says "ack <key>" after each append has returned. */
import { writeSync } from 'node:fs';
import { openLedger } from '../../../src/ledger/open-ledger.ts';

const [stateDir = '', name = '', count = '0'] = process.argv.slice(2);
// As on the command line: GATE10_LEDGER. The patience is for slow machines: sixty writers may stand before this one.
const store = process.env['GATE10_LEDGER'];
const ledger = await openLedger({ stateDir, now: () => new Date(), busyMs: 600_000, ...(store && { store }) });
for (let index = 1; index <= Number(count); index++) {
  const runId = `${name}-${index}`;
  await ledger.append(
    {
      type: 'run.intended',
      ...{ runId, system: 'mosaic', environment: 'production', kind: 'production', expected: {} },
      ...{ planDigest: 'p', contractDigest: 'c', startedAt: '2026-01-09T19:25:00.000Z' },
    },
    runId,
  );
  writeSync(1, `ack ${runId}\n`);
}
await ledger.close();
