/**
 * The Playwright reporter: collects, and once in `onEnd` judges, seals and shows. The logic lives in `src/`.
 *
 * It works from its own per-test data, never from the runner's status, and it never relaxes one: the exit guard sets the
 * exit code of the sealed verdict, or 70.
 */
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import { formatProblem, InputError } from '../src/errors.ts';
import { type Collector, createCollector } from '../src/run/collect.ts';
import { findFilters } from '../src/run/filters.ts';
import type { FinishOptions } from './finish-run.ts';
import { processState, startEndDeadline } from './process-state.ts';
import { type Gate10ReporterOptions, readOptions } from './reporter-options.ts';

/** Merging reads every report again: allow for it before the end of the run is called hung. */
const MERGE_LIMIT_MS = 600_000;

type Mode = 'test' | 'merge' | 'list';
type Finishing = typeof import('./finish-run.ts');

export default class Gate10Reporter implements Reporter {
  readonly #mode: Mode;
  readonly #collector: Collector;
  readonly #options: Required<Gate10ReporterOptions>;
  #reporters: FullConfig['reporter'] = [];
  #judged = false;
  /** Judging, ledger and screen are loaded while the worker starts, not before. */
  #finishing: Promise<Finishing> | undefined;

  constructor(options: Record<string, unknown> = {}) {
    const { guard } = processState();
    this.#mode = modeOf(options['_mode']);
    if (this.#mode !== 'list') {
      guard.armed = true;
      guard.reporterBuilt = true;
    }
    this.#options =
      guarded(() => readOptions(options, process.env, process.cwd())) ?? readOptions({}, {}, process.cwd());
    this.#collector = createCollector(this.#mode === 'merge' ? 'merge' : 'test', findFilters(process.argv));
    if (this.#mode === 'merge') startEndDeadline(MERGE_LIMIT_MS);
  }

  printsToStdio(): boolean {
    return this.#mode !== 'list';
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#reporters = config.reporter;
    this.#finishing = this.#mode === 'list' ? undefined : import('./finish-run.ts');
    // told in onEnd
    this.#finishing?.catch(() => undefined);
    guarded(() => this.#collector.begin(config, suite));
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    guarded(() => this.#collector.testEnd(test, result));
  }

  onError(error: TestError, workerInfo?: unknown): void {
    if (this.#judged) blameOther(error);
    guarded(() => this.#collector.error(error, workerInfo !== undefined));
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] } | undefined> {
    if (this.#mode === 'list') return undefined;
    const { guard, moveGuardLast } = processState();
    try {
      const run = this.#collector.end(result);
      const blobConfigured = this.#reporters.some(([name]) => name === 'blob');
      const options: FinishOptions = { ...this.#options, blobConfigured, now: () => new Date() };
      const { finishRun } = await (this.#finishing ?? import('./finish-run.ts'));
      const exitCode = await finishRun(run, options);
      if (exitCode === undefined) guard.leftToMerge = true;
      else guard.sealed = exitCode;
    } catch (error) {
      takeBlame(error);
    }
    this.#judged = true;
    moveGuardLast();
    // onExit is not called under merge-reports
    if (this.#mode === 'merge') guard.finished = true;
    return guard.sealed === 0 || (guard.leftToMerge && result.status === 'passed') ? undefined : { status: 'failed' };
  }

  async onExit(): Promise<void> {
    const { guard, moveGuardLast } = processState();
    guard.finished = true;
    moveGuardLast();
  }
}

/** Nothing that a hook throws may be lost, nor stop the others. */
function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    takeBlame(error);
    return undefined;
  }
}

function takeBlame(error: unknown): void {
  const { guard } = processState();
  if (error instanceof InputError) {
    guard.forced ??= 2;
    guard.why ??= `the input is wrong\n${error.problems.map(formatProblem).join('\n')}`;
    return;
  }
  guard.forced = 70;
  guard.why = `gate10 itself failed, so nothing is said about production: ${error instanceof Error ? error.message : String(error)}`;
}

/** After the seal only other reporters are still at work. */
function blameOther(error: TestError): void {
  const { guard } = processState();
  // without a seal, what stopped the run was said already; an error after it is its echo
  if (guard.sealed === undefined && guard.why !== undefined) return;
  guard.forced = 70;
  guard.why = `another reporter failed after the verdict was sealed: ${error.message ?? error.value ?? 'unknown error'}`;
}

function modeOf(mode: unknown): Mode {
  if (mode === 'list' || mode === 'merge') return mode;
  if (process.argv.includes('merge-reports')) return 'merge';
  return process.argv.includes('--list') ? 'list' : 'test';
}
