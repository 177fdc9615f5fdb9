/** `tests` of `contracts/policy.yaml`: levels of the pyramid, coverage, flakes, quarantine. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

const share = z.number().min(0).max(1);
const percent = z.number().min(0).max(100);
const glob = z.string().min(1).max(500);

export const TEST_LEVELS = ['unit', 'contract', 'integration', 'e2e', 'performance', 'security'] as const;
export const COVERAGE_MEASURES = ['lines', 'branches', 'functions', 'statements'] as const;

const level = z.enum(TEST_LEVELS);

const levelRule = z
  .strictObject({
    level,
    project: glob.optional().describe('a project of Vitest or Playwright'),
    files: glob.optional().describe('the file of a test, such as "tests/unit/**"'),
    suites: glob.optional().describe('the suite or class of a test; "*" stands for anything'),
    reports: glob.optional().describe('the results file, as it is named on the command line'),
  })
  .refine(({ level: _, ...by }) => Object.values(by).some((value) => value !== undefined), {
    error: 'a rule without "project", "files", "suites" or "reports"',
  });
export type LevelRule = z.output<typeof levelRule>;

const thresholds = z.union([percent, z.partialRecord(z.enum(COVERAGE_MEASURES), percent)]);
export type CoverageThresholds = z.output<typeof thresholds>;

const quarantined = z.strictObject({
  test: z.string().trim().min(1).max(1000).describe('the id of a test as it is printed; "*" stands for anything'),
  owner: z.string().trim().min(1).max(120).describe('who mends it'),
  reason: z.string().trim().min(10).max(1000),
  granted: z.iso.date(),
  expires: z.iso.date().describe('the first day on which it is void'),
});
export type Quarantined = z.output<typeof quarantined>;

const coverage = z.strictObject({
  measures: z.array(z.enum(COVERAGE_MEASURES)).min(1).describe('which are held to the thresholds'),
  overall: thresholds.describe('percent'),
  perPackage: thresholds.describe('percent, of each folder'),
  packages: z
    .array(glob)
    .describe('folders that count as one package each with all below; none = each folder with files'),
  exclude: z.array(glob).describe('files that are not counted'),
  globs: z.record(glob, thresholds).describe('percent, of the files of a glob together'),
});

export const testsSchema = z.strictObject({
  levels: z.array(levelRule).describe('the first that fits says the level; then the usual names of folders'),
  absent: z.partialRecord(level, z.string().trim().min(10)).describe('levels that there are not, and why'),
  success: z.partialRecord(level, share).describe('share of the tests of a level that have to pass'),
  coverage: coverage.partial(),
  flake: z
    .strictObject({
      rate: share.describe('flakes of all that ran has to be below this'),
      window: durationSchema.describe('how far back the history counts'),
      runs: z.int().min(1).describe('fewer runs than this say nothing'),
    })
    .partial(),
  quarantine: z.array(quarantined),
});

/** What `authority/policy.yaml` says: all of it. */
export const testsDefaultsSchema = z.strictObject({
  success: z.partialRecord(level, share),
  coverage,
  flake: z.strictObject({ rate: share, window: durationSchema, runs: z.int().min(1) }),
  quarantine: z.strictObject({ maxDays: z.int().positive(), maxTests: z.int().positive() }),
});

export interface TestsPolicy {
  readonly levels: readonly LevelRule[];
  readonly absent: Readonly<Partial<Record<(typeof TEST_LEVELS)[number], string>>>;
  readonly success: Readonly<Partial<Record<(typeof TEST_LEVELS)[number], number>>>;
  readonly coverage: z.output<typeof coverage>;
  readonly flake: z.output<typeof testsDefaultsSchema>['flake'];
  readonly quarantine: { readonly maxDays: number; readonly maxTests: number; readonly tests: readonly Quarantined[] };
}
