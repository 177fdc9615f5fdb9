/** `gate10 pyramid`: the results of every suite, in any language, by level. */
import path from 'node:path';
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import { toQuarantine } from '../record/flake/quarantine.ts';
import { countLevels, type LevelCounts } from '../record/pyramid/count-levels.ts';
import { readEndpointCoverage } from '../record/pyramid/endpoint-coverage.ts';
import { type Advice, judgePyramid, toAdvice } from '../record/pyramid/judge-pyramid.ts';
import { createLevelOf } from '../record/pyramid/level-of.ts';
import { loadPyramidAuthority } from '../record/pyramid/pyramid-authority.ts';
import { toPyramidRecord } from '../record/pyramid/to-pyramid-record.ts';
import { checkInputs, readInputs } from '../record/results/check-inputs.ts';
import { mergeResults } from '../record/results/merge-results.ts';
import { LEVELS } from '../record/results/model.ts';
import { toReadinessFile } from '../record/results/to-readiness-file.ts';
import { type CliContext, contractsDir, stateDir } from './context.ts';
import { type EndOptions, endChecks, judgeChecks } from './end-checks.ts';
import { readResultFiles } from './read-result-files.ts';
import { repositoryState } from './suite-output.ts';

interface PyramidOptions extends EndOptions {
  readonly root?: string;
  readonly endpoints?: string;
}

/** Exit codes: 0 the shape holds and enough passed · 1 not so · 2 a file is no result, or the policy is wrong · 3 it is not known. */
export function registerPyramid(program: Command, context: CliContext): void {
  program
    .command('pyramid')
    .description('judge the test pyramid: CTRF, JUnit XML, the JSON of Vitest, Jest, Playwright, go test')
    .argument('<files...>', 'the results of every suite')
    .option('--root <folder>', 'where the tests lay when they ran (default: here)')
    .option(
      '--endpoints <file>',
      'what "contract coverage --json" printed (default: contract-coverage.json of the state folder)',
    )
    .option('--json', 'print the record as JSON')
    .option('--no-record', 'leave no record of this run')
    .action((files: string[], options: PyramidOptions) => judge(files, options, context));
}

async function judge(names: readonly string[], options: PyramidOptions, context: CliContext): Promise<void> {
  const { tests: policy } = loadPolicy(contractsDir(context));
  const authority = loadPyramidAuthority();
  const now = context.now();
  const reads = readResultFiles(names, options.root, context);
  const inputs = readInputs(reads);
  const levelOf = createLevelOf(policy.levels, authority.names);
  const counts = countLevels(mergeResults(inputs), levelOf, toQuarantine(policy.quarantine, now).holds);
  const endpoints = readEndpoints(options.endpoints, context);
  const judged = judgeChecks([
    ...checkInputs(reads),
    ...(inputs.length === 0 ? [] : judgePyramid(counts, policy, authority)),
    ...endpoints.checks,
  ]);
  const advice = toAdvice(counts, authority);
  const file = toReadinessFile({
    ...judged,
    ...(await repositoryState(context.cwd, context)),
    generatedAt: now.toISOString(),
    inputs: inputs.map(({ name, results: { sha256, format } }) => ({ file: name, sha256, format })),
    totals: Object.fromEntries(LEVELS.map((level) => [level, counts.levels[level].executed])),
    notes: [],
  });
  const record = toPyramidRecord({ file, counts, advice, endpoints: endpoints.coverage });
  endChecks('pyramid', judged, { file: 'pyramid.json', record, lines: draw(counts, advice) }, options, context);
}

function readEndpoints(given: string | undefined, context: CliContext): ReturnType<typeof readEndpointCoverage> {
  const file =
    given === undefined ? path.join(stateDir(context), 'contract-coverage.json') : path.resolve(context.cwd, given);
  return readEndpointCoverage(file, given ?? 'contract-coverage.json');
}

function draw(counts: LevelCounts, { split, shares, source }: Advice): string[] {
  const levels = LEVELS.filter((level) => counts.levels[level].tests > 0).map((level) => {
    const { tests, executed, skipped, pending, flaky } = counts.levels[level];
    const aside = skipped + pending > 0 ? `, ${skipped + pending} did not run` : '';
    return `${level}: ${tests} tests, ${executed} ran${aside}${flaky > 0 ? `, ${flaky} flaky` : ''}`;
  });
  const percent = (share: number | null | undefined): string =>
    share == null ? '–' : `${Math.round(share * 1000) / 10} %`;
  const parts = LEVELS.filter((level) => split[level] !== undefined).map(
    (level) => `${level} ${percent(shares[level])} (${percent(split[level])})`,
  );
  return [...levels, `Advice, not judged: ${parts.join(' · ')}; ${source}`];
}
