/** Which level a test is of: what the policy says, then what its file says, then its project, its tags, and the usual names. */
import type { LevelRule } from '../../contract/tests-schema.ts';
import { nameMatcher, pathMatcher } from '../results/glob.ts';
import { LEVELS, type Level, type TestResult } from '../results/model.ts';
import type { PyramidAuthority } from './pyramid-authority.ts';

export type LevelOf = (test: TestResult, report: string) => Level | undefined;

/** Answers are kept: thousands of tests share a file and a suite. undefined = nobody says. */
export function createLevelOf(rules: readonly LevelRule[], names: PyramidAuthority['names']): LevelOf {
  const matchers = rules.map(toMatcher);
  const words = toWords(names);
  const known = new Map<string, Level | undefined>();
  return (test, report) => {
    const { project, file, suite, level, tags } = test;
    const key = JSON.stringify([project, file, suite, level, tags, report]);
    if (!known.has(key)) {
      const ruled = matchers.find(({ matches }) => matches(test, report))?.level;
      known.set(key, ruled ?? level ?? byConvention(test, report, words, names));
    }
    return known.get(key);
  };
}

interface RuleMatcher {
  readonly level: Level;
  readonly matches: (test: TestResult, report: string) => boolean;
}

/** All that a rule names has to fit. */
function toMatcher({ level, project, files, suites, reports }: LevelRule): RuleMatcher {
  const [ofProject, ofSuite] = [project, suites].map((pattern) =>
    pattern === undefined ? undefined : nameMatcher(pattern),
  );
  const [ofFile, ofReport] = [files, reports].map((glob) => (glob === undefined ? undefined : pathMatcher(glob)));
  const fits = (matcher: ((text: string) => boolean) | undefined, text: string | undefined): boolean =>
    matcher === undefined || (text !== undefined && matcher(text));
  return {
    level,
    // Vitest and pytest name the file where others name a class.
    matches: (test, report) =>
      fits(ofProject, test.project) &&
      fits(ofSuite, test.suite) &&
      (fits(ofFile, test.file) || (test.file === undefined && fits(ofFile, test.suite))) &&
      fits(ofReport, report),
  };
}

type Words = ReadonlyMap<string, Level>;

function toWords({ words }: PyramidAuthority['names']): Words {
  return new Map(LEVELS.flatMap((level) => words[level].map((word) => [word, level] as const)));
}

function byConvention(
  { project, file, suite, tags }: TestResult,
  report: string,
  words: Words,
  { class_suffixes: suffixes }: PyramidAuthority['names'],
): Level | undefined {
  const ofName = (name: string): Level | undefined => words.get(name.replace(/^@/, '').toLowerCase());
  const own = [project ?? '', ...tags].map(ofName).find((level) => level !== undefined);
  if (own !== undefined) return own;
  // Sentences are no paths: "it" in one of them means nothing.
  const parts = [file ?? '', ...(suite ?? '').split(' › ')].filter((part) => !/\s/.test(part));
  const outermost = parts
    .flatMap((part) => part.split(/[/.]/))
    .map(ofName)
    .find((level) => level !== undefined);
  if (outermost !== undefined) return outermost;
  const classes = parts.flatMap((part) => part.split(/[/.]/));
  const bySuffix = LEVELS.find((level) =>
    suffixes[level]?.some((suffix) => classes.some((name) => endsWith(name, suffix))),
  );
  return (
    bySuffix ??
    report
      .split(/[/._-]/)
      .map(ofName)
      .find((level) => level !== undefined)
  );
}

/** `PriceIT`, not `AUDIT`. */
function endsWith(name: string, suffix: string): boolean {
  return name.endsWith(suffix) && /[a-z0-9]$/.test(name.slice(0, -suffix.length));
}
