/** `gate10 coverage`: the reports of any tools, merged, against `tests.coverage` of the policy. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { loadPolicy } from '../contract/load-policy.ts';
import { InputError, type Problem } from '../errors.ts';
import { type CoverageGroup, judgeCoverage, shownPercent } from '../record/coverage/judge-coverage.ts';
import { mergeCoverage } from '../record/coverage/merge.ts';
import { COVERAGE_FORMATS, type CoverageReport, MEASURES } from '../record/coverage/model.ts';
import { isOutside, toProjectPath } from '../record/coverage/project-path.ts';
import { type ReadCoverage, readCoverage } from '../record/coverage/read-coverage.ts';
import { coverageTotals, toCoverageRecord } from '../record/coverage/to-coverage-record.ts';
import { toReadinessFile } from '../record/results/to-readiness-file.ts';
import type { SuiteCheck } from '../record/suite.ts';
import { type CliContext, contractsDir } from './context.ts';
import { type EndOptions, endChecks, judgeChecks } from './end-checks.ts';
import { repositoryState } from './suite-output.ts';

interface CoverageOptions extends EndOptions {
  readonly root?: string;
}

/** Exit codes: 0 the thresholds hold · 1 one does not · 2 a file is no report, or the policy is wrong · 3 it is not known. */
export function registerCoverage(program: Command, context: CliContext): void {
  program
    .command('coverage')
    .description('judge coverage: Istanbul and V8 JSON, lcov, Cobertura XML, the JSON of coverage.py; merged')
    .argument('<files...>', 'what the tools wrote')
    .option('--root <folder>', 'where the sources lay when it was measured (default: here)')
    .option('--json', 'print the record as JSON')
    .option('--no-record', 'leave no record of this run')
    .action((files: string[], options: CoverageOptions) => judge(files, options, context));
}

async function judge(names: readonly string[], options: CoverageOptions, context: CliContext): Promise<void> {
  const policy = loadPolicy(contractsDir(context)).tests.coverage;
  const root = path.resolve(context.cwd, options.root ?? '.');
  const exists = (file: string): boolean => existsSync(path.resolve(root, file));
  const reads = [...new Set(names)].map((name) => ({
    name,
    read: readCoverage(path.resolve(context.cwd, name), name, exists),
  }));
  const problems = reads.flatMap(({ read }) => (read.outcome === 'wrong' ? read.problems : []));
  if (problems.length > 0) throw new InputError(problems);
  const reports = distinct(reads);
  const files = reports.flatMap(({ report }) =>
    report.files.map((file) => ({ ...file, path: toProjectPath(file.path, root) })),
  );
  const merged = mergeCoverage(files);
  if (merged.unmergeable.length > 0) throw new InputError([cannotMerge(merged.unmergeable)]);
  const judged = files.length === 0 ? { groups: [], checks: [], problems: [] } : judgeCoverage(merged.files, policy);
  if (judged.problems.length > 0) throw new InputError(judged.problems);
  const outside = merged.files.filter(({ path: each }) => isOutside(each)).length;
  const notes = [
    ...merged.notes,
    ...(outside > 0
      ? [`${outside} files lie outside of ${options.root ?? 'this folder'}; name theirs with --root`]
      : []),
  ];
  const verdict = judgeChecks([...reads.flatMap(({ name, read }) => checksOf(name, read)), ...judged.checks]);
  const file = toReadinessFile({
    ...verdict,
    ...(await repositoryState(context.cwd, context)),
    generatedAt: context.now().toISOString(),
    inputs: reports.map(({ name, report: { sha256, format } }) => ({ file: name, sha256, format })),
    totals: coverageTotals(judged.groups),
    notes,
  });
  const record = toCoverageRecord(file, judged.groups);
  endChecks(
    'coverage',
    verdict,
    { file: 'coverage.json', record, lines: [...judged.groups.map(draw), ...notes] },
    options,
    context,
  );
}

interface Named {
  readonly name: string;
  readonly report: CoverageReport;
}

/** The same bytes under two names would say nothing more. */
function distinct(reads: readonly { readonly name: string; readonly read: ReadCoverage }[]): Named[] {
  const byDigest = new Map<string, Named>();
  for (const { name, read } of reads) {
    if (read.outcome === 'read' && !byDigest.has(read.report.sha256))
      byDigest.set(read.report.sha256, { name, report: read.report });
  }
  return [...byDigest.values()];
}

function cannotMerge(paths: readonly string[]): Problem {
  const what = `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}: in a summary and in another report besides; a summary cannot be merged`;
  return { code: 'summary-merged', what, fix: 'Give coverage-final.json in its place.' };
}

/** What a file does not say is not known. */
function checksOf(name: string, read: ReadCoverage): SuiteCheck[] {
  const base = { name: `report ${name}`, file: name };
  if (read.outcome === 'nothing') {
    return [{ ...base, status: 'inconclusive', reason: 'not-run', message: `${name}: nothing is known, ${read.why}.` }];
  }
  if (read.outcome === 'wrong') return [];
  const { format, files, doubts } = read.report;
  const hidden = doubts.filter(({ hides }) => hides);
  if (hidden.length > 0) {
    const message = `${name}: ${hidden.map(({ message: each }) => each).join('; ')}.`;
    return [{ ...base, status: 'inconclusive', reason: 'insufficient', message }];
  }
  return [
    { ...base, status: 'passed', message: `${name} (${COVERAGE_FORMATS[format]}): read, ${files.length} files.` },
  ];
}

function draw({ name, files, measures }: CoverageGroup): string {
  const shown = MEASURES.map((measure) => {
    const { percent, unknown, atLeast } = measures[measure];
    if (percent === null) return `${measure} ${unknown > 0 ? 'unknown' : 'none'}`;
    return `${measure} ${atLeast ? '≥ ' : ''}${shownPercent(percent)}`;
  });
  return `${name} (${files} files): ${shown.join(' · ')}`;
}
