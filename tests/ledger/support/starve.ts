/** `starve.ts <state folder> <count>`: appends until that fails, or up to `count`, and prints what became of it as a line of JSON. */
import { openLedger } from '../../../src/ledger/open-ledger.ts';

const [stateDir = '', count = '0'] = process.argv.slice(2);
const ledger = await openLedger({ stateDir, now: () => new Date() });
const before = (await ledger.rows()).map(({ key }) => key);
const acknowledged: string[] = [];
let error: unknown;
for (let index = 1; index <= Number(count) && error === undefined; index++) {
  const runId = `run-${before.length + index}`;
  try {
    await ledger.append(
      {
        type: 'run.intended',
        ...{ runId, system: 'mosaic', environment: 'production', kind: 'production', expected: {} },
        ...{ planDigest: 'p'.repeat(500), contractDigest: 'c', startedAt: '2026-01-09T19:25:00.000Z' },
      },
      runId,
    );
    acknowledged.push(runId);
  } catch (caught) {
    error = caught;
  }
}
const [name, message] = error instanceof Error ? [error.name, error.message] : ['none', ''];
process.stdout.write(`${JSON.stringify({ before, acknowledged, name, message, problems: await ledger.verify() })}\n`);
await ledger.close();
