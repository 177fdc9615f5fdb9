/** The production run as a block of the scorecard: the one that every release needs. */
import type { LayerVerdict, VerdictRecord } from '../../verdict/schema.ts';
import { runFiles } from '../run-files.ts';
import { ageDoubt, type BlockContext } from './judge-block.ts';
import type { ScorecardRun } from './scorecard-run.ts';
import type { ScorecardBlock } from './scorecard-schema.ts';

/** What an independent look at the history says against the run, where somebody has looked. */
export interface ProductionDoubt {
  readonly status: 'failed' | 'inconclusive' | 'stale';
  readonly why: string;
}

export function toProductionBlock(
  record: Pick<ScorecardRun, 'runId' | 'endedAt' | 'environment' | 'expected'>,
  verdict: VerdictRecord,
  sha256: string,
  context: Pick<BlockContext, 'now' | 'policy'>,
  doubt?: ProductionDoubt,
): ScorecardBlock {
  const { commit } = record.expected;
  return {
    ...judge(record.endedAt, verdict, context, doubt),
    required: true,
    because: verdict.because.slice(0, 10),
    generated_at: record.endedAt,
    ...(commit !== undefined && { commit }),
    environment: record.environment,
    file: runFiles(record.runId).record,
    sha256,
  };
}

function judge(
  endedAt: string,
  verdict: VerdictRecord,
  context: Pick<BlockContext, 'now' | 'policy'>,
  doubt: ProductionDoubt | undefined,
): Pick<ScorecardBlock, 'status' | 'why' | 'said'> {
  if (doubt !== undefined) return { ...doubt, said: verdict.verdict };
  const tooOld = ageDoubt(endedAt, context);
  if (tooOld !== undefined) return { status: 'stale', why: tooOld, said: verdict.verdict };
  if (isProven(verdict) || !isGood(verdict.verdict)) return { status: verdict.verdict };
  return { status: 'inconclusive', why: 'not everything that has to be proven is proven', said: verdict.verdict };
}

const isGood = (status: LayerVerdict['status']): boolean => status === 'passed' || status === 'warned';

/** Passed or warned as a whole and in every layer, completely executed, and the command ended so. */
export function isProven(verdict: VerdictRecord): boolean {
  return (
    isGood(verdict.verdict) &&
    verdict.exitCode === 0 &&
    verdict.complete &&
    verdict.layers.length > 0 &&
    verdict.layers.every(({ status }) => isGood(status) || status === 'absent') &&
    verdict.layers.some(({ status }) => isGood(status))
  );
}
