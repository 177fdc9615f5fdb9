/**
 * `npm run bench [-- name …]`: every performance bar as a ratio against a baseline in the same run. Exit code 1 when a bar
 * does not hold. Times are of this machine; the ratios carry over.
 */
import { benchCheckCommand } from './check-command.ts';
import { benchContractScale } from './contract-scale.ts';
import { benchEngineInPlaywright } from './engine-in-playwright.ts';
import { benchGate } from './gate.ts';
import { benchImportTold } from './import-told.ts';
import { benchLeadTimes } from './lead-times.ts';
import { benchLedger } from './ledger.ts';
import type { Bar } from './measure.ts';
import { benchNotice } from './notice.ts';
import { benchReporterOverhead } from './reporter-overhead.ts';
import { benchResults } from './results.ts';
import { benchSliStall } from './sli-stall.ts';

const BENCHES: Readonly<Record<string, () => Promise<Bar[]>>> = {
  engine: benchEngineInPlaywright,
  check: benchCheckCommand,
  reporter: benchReporterOverhead,
  notice: benchNotice,
  sli: benchSliStall,
  'contract-scale': benchContractScale,
  ledger: benchLedger,
  results: benchResults,
  'lead-times': benchLeadTimes,
  gate: benchGate,
  'import-told': benchImportTold,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`there is no bench "${unknown.join('", "')}"; available: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
const bars: Bar[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  bars.push(...(await bench()));
}
for (const { what, measured, bar, holds } of bars) {
  const mark = holds === 'information' ? '      ' : holds ? 'ok    ' : 'FAILED';
  process.stdout.write(`${mark} ${what.padEnd(84)} ${measured.padEnd(28)} ${bar}\n`);
}
process.exitCode = bars.every(({ holds }) => holds !== false) ? 0 : 1;
