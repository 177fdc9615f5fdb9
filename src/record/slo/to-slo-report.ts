/** Every objective of an environment → `slo.json`. The worst decides; nothing to judge is `inconclusive`. */
import type { Objective, Objectives } from '../../contract/objectives/objective.ts';
import { worstReason, worstVerdict } from '../../verdict/worst.ts';
import { assessObjective } from './assess-objective.ts';
import type { ReadWindow } from './reading.ts';
import { type ObjectiveState, type SloReport, sloReportSchema } from './slo-schema.ts';
import type { SloStandard } from './slo-standard.ts';

export interface SloReportInput {
  readonly objectives: Objectives;
  readonly standard: SloStandard;
  readonly system: string | undefined;
  readonly environment: string;
  readonly now: Date;
  readonly change: SloReport['change'];
  /** judged over instead of each objective's own window */
  readonly windowSeconds?: number | undefined;
  readonly readerOf: (objective: Objective) => ReadWindow;
  /** asked when everything is read */
  readonly inputs: () => SloReport['inputs'];
}

export async function toSloReport(input: SloReportInput): Promise<SloReport> {
  const { objectives, standard, environment, change } = input;
  const isOurs = ({ environments }: Objective): boolean =>
    environments === undefined || environments.includes(environment);
  const states: ObjectiveState[] = [];
  for (const objective of objectives.objectives.filter(isOurs)) {
    const { windowSeconds, readerOf } = input;
    states.push(await assessObjective({ objective, standard, windowSeconds, read: readerOf(objective) }));
  }
  const changes = decideChanges(states, change, standard);
  const report: SloReport = {
    schema: 'gate10/slo/v1',
    generated_at: input.now.toISOString(),
    system: input.system ?? null,
    environment,
    standard: { id: standard.id, title: standard.title },
    confidence: standard.confidence,
    ...toVerdict(states, changes, environment),
    change,
    changes,
    objectives: states,
    not_for_this_environment: objectives.objectives
      .filter((objective) => !isOurs(objective))
      .map(({ id, environments = [] }) => ({ id, environments: [...environments] })),
    not_used: [...objectives.notUsed],
    inputs: input.inputs(),
  };
  return sloReportSchema.parse(report);
}

/** SRE workbook, appendix B. Without an objective that enforces it, there is no such rule. */
function decideChanges(
  states: readonly ObjectiveState[],
  change: SloReport['change'],
  { policy }: SloStandard,
): SloReport['changes'] {
  const enforced = states.flatMap((state) => (state.policy?.rule === 'enforce' ? [state.policy.state] : []));
  if (change !== 'other' && policy.exempt.includes(change))
    return enforced.includes('overspent') ? 'exempt' : 'allowed';
  if (enforced.includes('overspent')) return 'blocked';
  return enforced.includes('unknown') ? 'unknown' : 'allowed';
}

function toVerdict(
  states: readonly ObjectiveState[],
  changes: SloReport['changes'],
  environment: string,
): Pick<SloReport, 'verdict' | 'reason' | 'because'> {
  const enforced = states.filter(({ policy }) => policy?.rule === 'enforce');
  const blocking = enforced.filter(({ policy }) => policy?.state === 'overspent').map(policySentence);
  const doubtful = enforced.filter(({ policy }) => policy?.state === 'unknown').map(policySentence);
  const missed = states.filter(({ status }) => status === 'failed').map(sentence);
  const open = states.filter(({ status }) => status === 'inconclusive').map(sentence);
  if (changes === 'blocked') return { verdict: 'failed', because: [...blocking, ...missed, ...open] };
  const worst = worstVerdict(states.map(({ status }) => status));
  if (worst === 'failed') return { verdict: 'failed', because: [...missed, ...open] };
  if (worst === undefined)
    return { verdict: 'inconclusive', reason: 'not-run', because: [`No objective is about ${environment}.`] };
  if (worst === 'inconclusive' || changes === 'unknown') {
    const reason = worstReason(states.map((state) => state.reason)) ?? 'insufficient';
    return { verdict: 'inconclusive', reason, because: [...open, ...(changes === 'unknown' ? doubtful : [])] };
  }
  return { verdict: 'passed', because: [`all ${states.length} objectives are met`] };
}

function sentence({ id, severity, message }: ObjectiveState): string {
  return `${id}${severity === null ? '' : ` (${severity})`}: ${message}`;
}

function policySentence({ id, policy }: ObjectiveState): string {
  return `error-budget policy, ${id}: ${policy?.message ?? ''}`;
}
