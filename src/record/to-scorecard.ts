/** `readiness-scorecard.json`: one run and what lies beside it, as a release gate wants to read it. */
import type { ReadinessBlock } from '../contract/scorecard-policy-schema.ts';
import type { LayerVerdict, VerdictRecord } from '../verdict/schema.ts';
import { type CatalogueRates, NEVER_MEASURED } from './catalogue-rates.ts';
import { runFiles } from './run-files.ts';
import { findObstacles } from './scorecard/overall.ts';
import { type ProductionDoubt, toProductionBlock } from './scorecard/production-block.ts';
import { OTHER_BLOCKS } from './scorecard/read-blocks.ts';
import { defaultRules, type GatheredFacts, type JudgedBlock } from './scorecard/scorecard-facts.ts';
import type { ScorecardRun } from './scorecard/scorecard-run.ts';
import { type Scorecard, type ScorecardBlock, scorecardSchema } from './scorecard/scorecard-schema.ts';
import { toErrorBudgets, toSuites } from './scorecard/to-suites.ts';
import { toWaivers } from './scorecard/to-waivers.ts';

export { isProven } from './scorecard/production-block.ts';

export interface ScorecardFacts {
  /** SHA-256 of the bytes of record.json, hex */
  readonly recordSha256: string;
  /** of verdict.json, where it is known */
  readonly verdictSha256?: string;
  readonly now: Date;
  /** default: never measured */
  readonly catalogue?: CatalogueRates;
  /** default: nothing lies beside the run, the default policy */
  readonly gathered?: GatheredFacts;
  /** what speaks against the run although its record is good */
  readonly doubt?: ProductionDoubt;
}

/** `overall_passed` is worked out here: a summary that contradicts its parts never opens anything. */
export function toScorecard(record: ScorecardRun, verdict: VerdictRecord, facts: ScorecardFacts): Scorecard {
  const { rules, blocks: beside, dora } = facts.gathered ?? nothingBeside(facts);
  const { commit, version } = record.expected;
  const blocks = toBlocks(record, verdict, facts, rules.policy, beside);
  const obstacles = findObstacles(blocks, rules.problem);
  return scorecardSchema.parse({
    schema: 'gate10/scorecard/v1',
    release: version ?? commit ?? 'unknown',
    suites: toSuites(record, verdict, beside),
    waivers: toWaivers(rules.waivers, facts.now),
    generated_at: facts.now.toISOString(),
    owner: record.owner ?? 'unassigned',
    overall_passed: obstacles.length === 0,
    overall_because: obstacles,
    verdict: verdict.verdict,
    reason: verdict.reason,
    because: verdict.because,
    system: record.system,
    environment: record.environment,
    commit: commit ?? null,
    commit_subject: record.commit.subject,
    started_at: record.startedAt,
    ended_at: record.endedAt,
    layers: verdict.layers.map((layer) => toLayer(layer, record)),
    layer_coverage: verdict.coverage,
    slis: record.slis,
    blocks,
    error_budgets: toErrorBudgets(beside),
    dora,
    catalogue: facts.catalogue ?? facts.gathered?.catalogue ?? NEVER_MEASURED,
    evidence: toEvidence(record.runId, facts, beside),
    policy: {
      required: ['production', ...without(rules.policy.required)],
      max_age_seconds: rules.policy.maxAge / 1000,
    },
    run_id: record.runId,
    record_sha256: facts.recordSha256,
  });
}

function without(required: readonly ReadinessBlock[]): ReadinessBlock[] {
  return [...new Set(required)].filter((name) => name !== 'production');
}

function nothingBeside({ catalogue }: ScorecardFacts): GatheredFacts {
  const dora = { status: 'unknown', why: 'nobody has looked' } as const;
  return { rules: defaultRules(), blocks: [], dora, catalogue: catalogue ?? NEVER_MEASURED };
}

function toBlocks(
  record: ScorecardRun,
  verdict: VerdictRecord,
  { recordSha256, now, doubt }: ScorecardFacts,
  policy: GatheredFacts['rules']['policy'],
  beside: readonly JudgedBlock[],
): Record<ReadinessBlock, ScorecardBlock> {
  const others = OTHER_BLOCKS.map((name): [string, ScorecardBlock] => {
    const found = beside.find((each) => each.name === name)?.judged;
    const required = policy.required.includes(name);
    return [name, found ?? { status: 'unknown', required, because: [], why: 'nobody has looked' }];
  });
  const production = toProductionBlock(record, verdict, recordSha256, { now, policy }, doubt);
  return Object.fromEntries([['production', production], ...others]) as Record<ReadinessBlock, ScorecardBlock>;
}

/** With the reason of an absent one, and who answers for it where that is known. */
function toLayer(
  { layer, status, rows, failed, why }: LayerVerdict,
  record: ScorecardRun,
): Scorecard['layers'][number] {
  const owner = record.owners?.[layer] ?? record.owner;
  return {
    ...{ layer, status, rows, failed },
    ...(why === undefined ? {} : { why }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** Files of the state folder and what they were made from, each with its digest. */
function toEvidence(
  runId: string,
  { recordSha256, verdictSha256, gathered }: ScorecardFacts,
  beside: readonly JudgedBlock[],
): Scorecard['evidence'] {
  const { record, verdict } = runFiles(runId);
  const { file: doraFile, sha256: doraSha256 } = gathered?.dora ?? {};
  return [
    { file: record, sha256: recordSha256, of: 'production' },
    ...(verdictSha256 === undefined ? [] : [{ file: verdict, sha256: verdictSha256, of: 'production' }]),
    ...beside.flatMap(({ name, judged, block }) => {
      const { file, sha256 } = judged;
      const own = file === undefined || sha256 === undefined ? [] : [{ file, sha256, of: name }];
      return [...own, ...(block?.inputs ?? []).map((input) => ({ file: input.file, sha256: input.sha256, of: name }))];
    }),
    ...(doraFile === undefined || doraSha256 === undefined ? [] : [{ file: doraFile, sha256: doraSha256, of: 'dora' }]),
  ];
}
