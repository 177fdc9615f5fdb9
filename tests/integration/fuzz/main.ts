/**
 * `npm run fuzz -- --cases 2000 --seed 7`: random requests for every operation of the API contract, at the reference backend
 * in this process or at the environment that GATE10_TARGET names. Exit codes: 0 = nothing found · 1 = findings · 2 = arguments.
 */
import { parseArgs } from 'node:util';
import { openTarget } from '../generic/open-target.ts';
import { showFindings } from '../generic/subject.ts';
import { type FuzzResult, runFuzz } from './run-fuzz.ts';

const DEFAULT_CASES = 2000;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: String(DEFAULT_CASES) },
      seed: { type: 'string' },
      operation: { type: 'string', multiple: true },
    },
  });
  const [cases, seed] = [Number(values.cases), Number(values.seed ?? Date.now() % 1_000_000)];
  if (!(Number.isInteger(cases) && cases > 0 && Number.isInteger(seed))) {
    process.stderr.write('--cases and --seed take whole numbers, e.g. --cases 2000 --seed 7.\n');
    return 2;
  }
  const startMs = performance.now();
  const target = await openTarget();
  try {
    const { operation: operations } = values;
    const result = await runFuzz(target, { cases, seed, ...(operations && { operations }) });
    process.stdout.write(show(result, seed, performance.now() - startMs));
    return result.findings.length === 0 ? 0 : 1;
  } finally {
    await target.stop();
  }
}

function show({ cases, operations, statuses, findings }: FuzzResult, seed: number, durationMs: number): string {
  const byStatus = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  const head = `${cases} cases (seed ${seed}) on ${operations.size} operations in ${(durationMs / 1000).toFixed(1)} s`;
  const tail = findings.length === 0 ? 'No 5xx, no contract violation.' : showFindings(findings);
  return `${head}\nanswers: ${byStatus.join(', ')}\n${tail}\n`;
}
