/** `rollback-worker.ts <folder>`: one gate as a process of its own, on the platform and the history of a folder. */
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import { rollBack } from '../../../../src/response/rollback/roll-back.ts';
import { openPlatform, portsOn } from './platform.ts';

const [folder = ''] = process.argv.slice(2);
const ledger = await openLedger({ stateDir: folder, now: () => new Date() });
const { outcome } = await rollBack(portsOn(openPlatform(folder), ledger, process.pid), { dryRun: false });
await ledger.close();
process.exitCode = ['restored', 'refused', 'nothing-due'].includes(outcome) ? 0 : 1;
