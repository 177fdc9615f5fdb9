/** `gate10 performance`: latency of every operation that can be asked safely, or what k6 measured, against the policy. */
import path from 'node:path';
import type { Command } from 'commander';
import { sha256Hex } from '../contract/canonical.ts';
import { loadPolicy, type Policy } from '../contract/load-policy.ts';
import { InputError } from '../errors.ts';
import { readJsonReport } from '../record/json-report.ts';
import { judgeK6 } from '../record/performance/judge-k6.ts';
import { readK6Summary } from '../record/performance/k6-summary.ts';
import type { SuiteCheck } from '../record/suite.ts';
import { type CliContext, contractsDir } from './context.ts';
import { endSuite, type SuiteOutput } from './suite-output.ts';

interface PerformanceOptions extends SuiteOutput {
  readonly k6?: string;
  readonly class?: string;
}

/** Exit codes: 0 the objectives hold · 1 one does not · 2 wrong input · 3 too little was measured. */
export function registerPerformance(program: Command, context: CliContext): void {
  program
    .command('performance')
    .description('latencies against the objectives of the policy')
    .requiredOption('--k6 <file>', 'judge a summary of k6: --summary-export, or the data of handleSummary as JSON')
    .option('--class <name>', 'the class of objectives for the k6 summary (default: the default of the policy)')
    .option('--json', 'print the record as JSON')
    .option('--no-record', 'leave no record of this run')
    .action((options: PerformanceOptions) => judgeSummary(options.k6 ?? '', options, context));
}

/** Which build k6 measured, its summary does not say. */
function judgeSummary(name: string, options: PerformanceOptions, context: CliContext): void {
  const startedAt = context.now().toISOString();
  const { performance } = loadPolicy(contractsDir(context));
  const wanted = objectivesOf(performance, options.class);
  const file = readJsonReport(path.resolve(context.cwd, name), name);
  const read = file.outcome === 'read' ? readK6Summary(file, name) : file;
  if (read.outcome === 'wrong') throw new InputError(read.problems);
  const checks: readonly SuiteCheck[] =
    read.outcome === 'nothing'
      ? [{ name, status: 'inconclusive', reason: 'not-run', message: `${name}: nothing is known, ${read.why}.` }]
      : judgeK6(read.summary, { ...performance, ...wanted });
  const inputs = file.outcome === 'read' ? [{ file: name, sha256: sha256Hex(file.bytes) }] : [];
  const values = read.outcome === 'read' ? read.summary.metrics.get('http_req_duration')?.values : undefined;
  const latencyMs = { p50: values?.['med'] ?? null, p95: values?.['p(95)'] ?? null, p99: values?.['p(99)'] ?? null };
  const suite = { suite: 'performance', startedAt, checks, inputs, latencyMs } as const;
  endSuite(suite, `k6 summary ${name}.`, options, context);
}

function objectivesOf({ classes, ...policy }: Policy['performance'], asked: string | undefined) {
  const name = asked ?? policy.default;
  const objectives = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (objectives !== undefined) return { name, objectives };
  const expected = `one of ${Object.keys(classes).join(', ')}`;
  throw new InputError([{ code: 'class', what: `there is no class "${name}" of objectives`, expected }]);
}
