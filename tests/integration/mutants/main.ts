/**
 * `npm run mutants`: one change after the other to the reference backend and to its contract; the tests of the contract have
 * to see each, and to name its operation. Exit codes: 0 = all killed · 1 = some live · 2 = arguments.
 */
import { parseArgs } from 'node:util';
import { ANSWER_MUTANTS } from './answers.ts';
import { OTHER_MUTANTS } from './others.ts';
import { type MutantResult, startStand } from './run-mutants.ts';

const MAX_MESSAGE_CHARS = 140;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, list: { type: 'boolean', default: false } },
  });
  const { only } = values;
  const chosen = [...ANSWER_MUTANTS, ...OTHER_MUTANTS].filter(({ id }) => only === undefined || id.includes(only));
  if (chosen.length === 0) {
    process.stderr.write(`No mutant has "${only}" in its name. See --list.\n`);
    return 2;
  }
  if (values.list) {
    process.stdout.write(`${chosen.map(({ id }) => id).join('\n')}\n`);
    return 0;
  }
  const startMs = performance.now();
  const stand = await startStand();
  try {
    for (const operation of new Set(chosen.map((mutant) => mutant.operation))) await refuseNoise(stand, operation);
    const results: MutantResult[] = [];
    for (const mutant of chosen) {
      const result = await stand.run(mutant);
      results.push(result);
      process.stdout.write(`${show(result)}\n`);
    }
    return summarise(results, performance.now() - startMs);
  } finally {
    await stand.stop();
  }
}

/** A finding that is there without any mutant would kill them all. */
async function refuseNoise(stand: Awaited<ReturnType<typeof startStand>>, operation: string): Promise<void> {
  // Made up by a mutant of the contract: without that there is no such operation.
  if (operation === 'GET /jobs/newest') return;
  const [finding] = await stand.findWithout(operation);
  if (finding !== undefined) throw new Error(`Without any mutant: ${finding.message}`);
}

function show({ mutant, killedBy }: MutantResult): string {
  if (killedBy === undefined) return `LIVES   ${mutant.id}`;
  return `killed  ${mutant.id}\n          ${killedBy.message.slice(0, MAX_MESSAGE_CHARS)}`;
}

function summarise(results: readonly MutantResult[], durationMs: number): number {
  const alive = results.filter(({ killedBy }) => killedBy === undefined);
  const lines = alive.map(({ mutant }) => `  ${mutant.id}`);
  const seconds = (durationMs / 1000).toFixed(1);
  process.stdout.write(`${results.length - alive.length} of ${results.length} mutants killed in ${seconds} s.\n`);
  if (alive.length === 0) return 0;
  process.stdout.write(`These live:\n${lines.join('\n')}\n`);
  return 1;
}
