/**
 * `lint-baseline.yaml`: what an inherited document is known to break, each with an owner and the first day (UTC) on which that
 * is no excuse any more. New findings block, and so do known ones from that day on.
 */
import { z } from 'zod';
import { InputError } from '../../errors.ts';
import { toProblems } from '../issues.ts';
import { parseYaml } from '../yaml-document.ts';
import { readSource } from '../yaml-source.ts';
import type { LintFinding } from './finding.ts';

const entry = z.strictObject({
  rule: z.string().min(1),
  /** as findings name it: relative to the folder of contracts */
  file: z.string().min(1),
  /** JSON pointer into the file */
  path: z.string().regex(/^(?:\/.*)?$/, 'a JSON pointer such as /paths/~1jobs/get'),
  owner: z.string().min(1),
  reason: z.string().min(1).optional(),
  expires: z.iso.date('a day such as 2027-01-31'),
});

export const lintBaselineSchema = z.strictObject({
  schema: z.literal('gate10/lint-baseline/v1'),
  findings: z.array(entry),
});

export type BaselineEntry = z.infer<typeof entry>;
export type LintBaseline = z.infer<typeof lintBaselineSchema>;

export interface BaselineJudgement {
  /** what blocks, or warns: new, or known for too long */
  readonly open: readonly LintFinding[];
  readonly covered: readonly LintFinding[];
  /** entries whose day has passed while the finding is still there */
  readonly expired: readonly BaselineEntry[];
  /** entries that nothing matches any more: they can be removed */
  readonly gone: readonly BaselineEntry[];
}

/** Throws InputError. */
export function readBaseline(file: string, shownAs: string): LintBaseline {
  const source = readSource(file, shownAs);
  if (!source.ok) throw new InputError(source.problems);
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const baseline = lintBaselineSchema.safeParse(parsed.document.value);
  if (baseline.success) return baseline.data;
  throw new InputError(toProblems(baseline.error.issues, parsed.document, lintBaselineSchema));
}

/** `today` = a day in UTC, `2026-01-31`. One entry covers every finding of its rule at its place. */
export function judgeByBaseline(
  findings: readonly LintFinding[],
  baseline: LintBaseline | undefined,
  today: string,
): BaselineJudgement {
  const entries = new Map((baseline?.findings ?? []).map((one) => [keyOf(one.rule, one.file, one.path), one]));
  const isCovered = (found: LintFinding): boolean => {
    const known = entries.get(keyOf(found.rule, found.file, found.pointer));
    return known !== undefined && known.expires > today;
  };
  const seen = new Set(findings.map((found) => keyOf(found.rule, found.file, found.pointer)));
  const all = [...entries];
  return {
    open: findings.filter((found) => !isCovered(found)),
    covered: findings.filter(isCovered),
    expired: all.filter(([key, one]) => seen.has(key) && one.expires <= today).map(([, one]) => one),
    gone: all.filter(([key]) => !seen.has(key)).map(([, one]) => one),
  };
}

function keyOf(rule: string, file: string, pointer: string): string {
  return `${rule} ${file}#${pointer}`;
}
