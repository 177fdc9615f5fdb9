/** `gate10 flake`: how often tests flake, over a history that `--record` keeps; and which failures are in quarantine. */
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import type { TestsPolicy } from '../contract/tests-schema.ts';
import { EXIT, InputError } from '../errors.ts';
import { createFlakeCounter, type FlakeHistory, rateOf } from '../record/flake/flake-rate.ts';
import { judgeHistory, judgeRun } from '../record/flake/judge-flake.ts';
import { checkQuarantine, toQuarantine } from '../record/flake/quarantine.ts';
import { readHistory } from '../record/flake/read-history.ts';
import { recordRun } from '../record/flake/record-run.ts';
import { toFlakeRecord } from '../record/flake/to-flake-record.ts';
import { checkInputs, readInputs } from '../record/results/check-inputs.ts';
import { mergeResults, type NamedResults } from '../record/results/merge-results.ts';
import { toReadinessFile } from '../record/results/to-readiness-file.ts';
import { type CliContext, contractsDir, stateDir } from './context.ts';
import { type EndOptions, endChecks, judgeChecks } from './end-checks.ts';
import { readResultFiles } from './read-result-files.ts';
import { repositoryState } from './suite-output.ts';
import { runOf } from './test-run-identity.ts';

interface FlakeOptions extends Omit<EndOptions, 'record'> {
  /** `--record` makes it true; commander keeps `--no-record` apart. */
  readonly record?: boolean;
  readonly root?: string;
  readonly run?: string;
  readonly commit?: string;
}

const DAY_MS = 86_400_000;

/** Exit codes: 0 few flakes, no failure outside of quarantine · 1 not so · 2 a file is no result, or the policy is wrong · 3 too little is known. */
export function registerFlake(program: Command, context: CliContext): void {
  program
    .command('flake')
    .description('judge flakes and quarantine: the history of runs, and the results of this one')
    .argument('[files...]', 'the results of this run: CTRF, JUnit XML, the JSON of Vitest, Jest, Playwright, go test')
    .option('--record', 'put the files into the history, and judge nothing')
    .option('--run <id>', 'which run they are of; shards share it (default: GATE10_RUN_ID, else what CI calls it)')
    .option('--commit <sha>', 'which commit ran (default: what CI says, else HEAD where nothing is changed)')
    .option('--root <folder>', 'where the tests lay when they ran (default: here)')
    .option('--json', 'print the record as JSON')
    .action((files: string[], options: FlakeOptions) => (options.record ? record : judge)(files, options, context));
}

async function record(names: readonly string[], options: FlakeOptions, context: CliContext): Promise<void> {
  if (names.length === 0) throw new InputError([{ code: 'no-files', what: '--record needs the files to record' }]);
  const reads = readResultFiles(names, options.root, context);
  const recordedAt = context.now().toISOString();
  for (const { name, results } of readInputs(reads)) {
    const facts = { ...(await runOf(results, options, context)), recordedAt, name };
    const { file, isNew } = recordRun(stateDir(context), results, facts);
    const known =
      facts.commit === undefined ? 'commit not known: only retries can show a flake' : `commit ${facts.commit}`;
    context.stdout(
      `${name}: ${results.tests.length} tests of run ${facts.run}, ${known}; ${isNew ? `recorded as ${file}` : 'recorded already'}.\n`,
    );
  }
  const unsaid = checkInputs(reads).filter(({ status }) => status === 'inconclusive');
  for (const { message } of unsaid) context.stdout(`${message}\n`);
  context.setExitCode(unsaid.length > 0 ? EXIT.inconclusive : EXIT.proven);
}

async function judge(names: readonly string[], options: FlakeOptions, context: CliContext): Promise<void> {
  const { tests: policy } = loadPolicy(contractsDir(context));
  const now = context.now();
  const reads = readResultFiles(names, options.root, context);
  const inputs = readInputs(reads);
  const history = await readAll(inputs, policy.flake, options, context);
  const quarantine = toQuarantine(policy.quarantine, now);
  const merged = mergeResults(inputs);
  const known = merged.length > 0 ? merged : history.tests.map(({ id, last }) => ({ id, status: last }));
  const judged = judgeChecks([
    ...checkInputs(reads),
    ...judgeRun(merged, quarantine.holds),
    ...judgeHistory(history, policy.flake, quarantine.holds),
    ...checkQuarantine(quarantine, known, policy.quarantine),
  ]);
  const own = history.tests.filter(({ id }) => !quarantine.holds(id));
  const file = toReadinessFile({
    ...judged,
    ...(await repositoryState(context.cwd, context)),
    generatedAt: now.toISOString(),
    inputs: inputs.map(({ name, results: { sha256, format } }) => ({ file: name, sha256, format })),
    totals: {
      flake_rate: history.runs < policy.flake.runs ? null : rateOf(own),
      runs: history.runs,
      flaky_tests: own.filter(({ flaky }) => flaky > 0).length,
    },
    notes: [],
  });
  const document = toFlakeRecord(file, history, quarantine, policy.flake.window / DAY_MS);
  const lines = [`${history.runs} runs of ${history.commits} commits, ${history.tests.length} tests.`];
  endChecks('flake', judged, { file: 'flake.json', record: document, lines }, { ...options, record: true }, context);
}

/** The history and the files at hand, which may be in it already. */
async function readAll(
  inputs: readonly NamedResults[],
  { window }: TestsPolicy['flake'],
  options: FlakeOptions,
  context: CliContext,
): Promise<FlakeHistory> {
  const counter = createFlakeCounter();
  const recorded = new Set<string>();
  const now = context.now();
  for (const run of readHistory(stateDir(context), new Date(now.getTime() - window))) {
    recorded.add(run.source.sha256);
    counter.add(run);
  }
  for (const { results } of inputs) {
    if (recorded.has(results.sha256)) continue;
    const { run, commit } = await runOf(results, options, context);
    counter.add({ run, commit: commit ?? null, recorded_at: now.toISOString(), tests: results.tests });
  }
  return counter.result();
}
