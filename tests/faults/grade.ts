/** Was the trial's fault seen, and called by its name? Pure. */
import type { LayerId } from '../../src/contract/layers.ts';
import type { VerdictRecord } from '../../src/verdict/schema.ts';
import type { Expected } from './fault.ts';

/**
 * `right` = the verdict and the layer · `misnamed` = the verdict, another layer · `false-green` = it would have been let
 * through · `false-alarm` = nothing was wrong · `wrong-verdict` = seen, called something else (a failure that was only
 * doubted, a doubt called a failure, a refusal that was none) · `broken` = the run itself: hung, no seal, exit code and
 * record disagree.
 */
export const GRADES = ['right', 'misnamed', 'false-green', 'false-alarm', 'wrong-verdict', 'broken'] as const;
export type Grade = (typeof GRADES)[number];

export interface Observed {
  readonly exitCode: number | null;
  readonly hung: boolean;
  readonly output: string;
  /** Only some of the tests were asked for, so that no verdict can be better than inconclusive. */
  readonly isPart?: boolean;
  readonly verdict: Pick<VerdictRecord, 'verdict' | 'exitCode' | 'layers'> | undefined;
}

export interface Due {
  readonly expect: Expected;
  readonly layer: LayerId;
  readonly alsoNames?: readonly LayerId[];
  readonly says?: RegExp;
}

const OPENS = new Set(['passed', 'warned']);

export function grade(due: Due, observed: Observed): Grade {
  const { verdict, exitCode, hung, output, isPart = false } = observed;
  if (hung) return 'broken';
  if (due.expect === 'refused') return gradeRefusal(due, observed);
  if (verdict === undefined || verdict.exitCode !== exitCode) return exitCode === 0 ? 'false-green' : 'broken';
  if (due.says !== undefined && !due.says.test(output)) return 'misnamed';
  if (due.expect === 'passed') return verdict.verdict === 'passed' ? 'right' : 'false-alarm';
  if (due.expect !== 'warned' && isPart && sawNothing(verdict)) return 'false-green';
  if (verdict.verdict !== due.expect) return gradeOther(due.expect, verdict.verdict);
  const named = verdict.layers
    .filter(({ status, rows }) => status === due.expect && rows > 0)
    .map(({ layer }) => layer);
  return [due.layer, ...(due.alsoNames ?? [])].some((layer) => named.includes(layer)) ? 'right' : 'misnamed';
}

function gradeRefusal({ says }: Due, { exitCode, output }: Observed): Grade {
  if (exitCode === 0) return 'false-green';
  if (exitCode !== 2) return 'wrong-verdict';
  return says === undefined || says.test(output) ? 'right' : 'misnamed';
}

/** Whatever was looked at is well: the whole run would have passed. */
function sawNothing({ layers }: NonNullable<Observed['verdict']>): boolean {
  return layers.every(({ status, reason, rows }) => rows === 0 || reason === 'not-run' || OPENS.has(status));
}

/** Anything that opens the way although it must not is a false green; a warning that is missing is one, too. */
function gradeOther(expected: Exclude<Expected, 'passed' | 'refused'>, verdict: string): Grade {
  if (expected === 'warned') return verdict === 'passed' ? 'false-green' : 'wrong-verdict';
  return OPENS.has(verdict) ? 'false-green' : 'wrong-verdict';
}
