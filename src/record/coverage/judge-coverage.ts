/** Coverage against `tests.coverage` of the policy: overall, per package, per glob; on each measure that is asked. */
import type { CoverageThresholds, TestsPolicy } from '../../contract/tests-schema.ts';
import type { Problem } from '../../errors.ts';
import { pathMatcher } from '../results/glob.ts';
import type { SuiteCheck } from '../suite.ts';
import type { MergedFile } from './merge.ts';
import { MEASURES, type Measure } from './model.ts';

/** Of a group of files. `percent` null = nothing to cover, or unknown. */
export interface GroupMeasure {
  readonly covered: number;
  readonly total: number;
  /** files whose report does not have the measure */
  readonly unknown: number;
  readonly atLeast: boolean;
  readonly percent: number | null;
}

export interface CoverageGroup {
  readonly name: string;
  readonly kind: 'overall' | 'package' | 'glob';
  readonly files: number;
  readonly measures: Readonly<Record<Measure, GroupMeasure>>;
}

export interface JudgedCoverage {
  readonly groups: readonly CoverageGroup[];
  readonly checks: readonly SuiteCheck[];
  /** globs of the policy that match nothing */
  readonly problems: readonly Problem[];
}

type CoveragePolicy = TestsPolicy['coverage'];

export function judgeCoverage(files: readonly MergedFile[], policy: CoveragePolicy): JudgedCoverage {
  const problems: Problem[] = [];
  const matching = (glob: string, key: string, among: readonly MergedFile[]): readonly MergedFile[] => {
    const matches = pathMatcher(glob);
    const found = among.filter(({ path }) => matches(path));
    if (found.length === 0) problems.push(matchesNothing(glob, key));
    return found;
  };
  const excluded = new Set(policy.exclude.flatMap((glob) => matching(glob, 'exclude', files)));
  const counted = files.filter((file) => !excluded.has(file));
  const packages = new Map<string, readonly MergedFile[]>(
    policy.packages.length === 0 ? byFolder(counted) : byGlobs(policy.packages, counted, problems),
  );
  const globs = Object.entries(policy.globs).map(([glob, asked]) => {
    return { group: toGroup(glob, 'glob', matching(glob, 'globs', counted)), asked };
  });
  const judged = [
    { group: toGroup('overall', 'overall', counted), asked: policy.overall },
    ...[...packages].map(([name, own]) => ({ group: toGroup(name, 'package', own), asked: policy.perPackage })),
    ...globs,
  ];
  const checks = judged.flatMap(({ group, asked }) => checkGroup(group, asked, policy.measures));
  return { groups: judged.map(({ group }) => group), checks, problems };
}

function matchesNothing(glob: string, key: string): Problem {
  const path = `tests.coverage.${key}`;
  const what = `"${glob}" matches no file of the reports, so it would hold nothing to anything`;
  return { code: 'glob-matches-nothing', file: 'policy.yaml', path, what, fix: 'Correct the glob, or take it out.' };
}

function byFolder(files: readonly MergedFile[]): Map<string, MergedFile[]> {
  const folders = new Map<string, MergedFile[]>();
  for (const file of files) {
    const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '.';
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `src/*` = each folder there is directly in src, with all below it; a file belongs to the first glob that has a folder of it. */
function byGlobs(
  globs: readonly string[],
  files: readonly MergedFile[],
  problems: Problem[],
): Map<string, MergedFile[]> {
  const matchers = globs.map((glob) => ({ glob, matches: pathMatcher(glob), used: false }));
  const packages = new Map<string, MergedFile[]>();
  for (const file of files) {
    for (const matcher of matchers) {
      const folder = foldersOf(file.path).find(matcher.matches);
      if (folder === undefined) continue;
      matcher.used = true;
      packages.set(folder, [...(packages.get(folder) ?? []), file]);
      break;
    }
  }
  for (const { glob, used } of matchers) if (!used) problems.push(matchesNothing(glob, 'packages'));
  return new Map([...packages].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `a/b/c.ts` → `a`, `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function toGroup(name: string, kind: CoverageGroup['kind'], files: readonly MergedFile[]): CoverageGroup {
  const entries = MEASURES.map((measure) => [measure, sum(files.map(({ measures }) => measures[measure]))] as const);
  return { name, kind, files: files.length, measures: Object.fromEntries(entries) as CoverageGroup['measures'] };
}

function sum(parts: readonly MergedFile['measures'][Measure][]): GroupMeasure {
  let [covered, total, unknown, atLeast] = [0, 0, 0, false];
  for (const part of parts) {
    covered += part?.covered ?? 0;
    total += part?.total ?? 0;
    if (part === undefined) unknown += 1;
    if (part?.atLeast) atLeast = true;
  }
  return { covered, total, unknown, atLeast, percent: unknown > 0 || total === 0 ? null : (100 * covered) / total };
}

function checkGroup(group: CoverageGroup, asked: CoverageThresholds, measures: readonly Measure[]): SuiteCheck[] {
  return measures.flatMap((measure) => {
    const threshold = typeof asked === 'number' ? asked : asked[measure];
    return threshold === undefined ? [] : checkMeasure(group, measure, threshold);
  });
}

/** Rounded down, so that 84.999 is never shown as 85. */
export function shownPercent(percent: number): string {
  return `${Math.floor(percent * 100) / 100} %`;
}

function checkMeasure(group: CoverageGroup, measure: Measure, threshold: number): SuiteCheck[] {
  const { covered, total, unknown, atLeast, percent } = group.measures[measure];
  const where = group.kind === 'overall' ? 'overall' : group.name;
  const base = { name: `coverage ${where} ${measure}`, extra: { covered, total, threshold } };
  if (unknown > 0) {
    const message = `${where}: ${measure} are unknown for ${unknown} of ${group.files} files, the report does not have them.`;
    return [{ ...base, status: 'inconclusive', reason: 'blind', message }];
  }
  if (percent === null) {
    if (group.kind !== 'overall') return [];
    return [
      {
        ...base,
        status: 'inconclusive',
        reason: 'insufficient',
        message: `${where}: there are no ${measure} to cover.`,
      },
    ];
  }
  const shown = `${atLeast ? 'at least ' : ''}${shownPercent(percent)} (${covered} of ${total})`;
  // Exact: 17 of 20 are 85 %, whatever a division makes of it.
  const holds = covered * 100 >= threshold * total;
  if (holds) return [{ ...base, status: 'passed', message: `${where}: ${measure} ${shown}, ${threshold} % asked.` }];
  if (atLeast) {
    const message = `${where}: ${measure} ${shown}, ${threshold} % asked; reports of another kind could show more.`;
    return [{ ...base, status: 'inconclusive', reason: 'insufficient', message }];
  }
  return [{ ...base, status: 'failed', message: `${where}: ${measure} ${shown}, below the ${threshold} % asked.` }];
}
