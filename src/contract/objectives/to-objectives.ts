/** An SLO object → its objectives, or what gate10 cannot work with. */
import type { Problem } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import type { DataPath } from '../yaml-document.ts';
import { type ObjectsByKind, type Placed, problemAt } from './object-index.ts';
import { durationSeconds, looksBack, type Objective } from './objective.ts';
import type { OpenSlo, SloObjective } from './openslo-schema.ts';
import { toIndicator } from './to-indicator.ts';

export interface ReadOptions {
  /** what an SLO without a timeWindow is judged over, such as "30d" */
  readonly defaultWindow: string;
}

const ANNOTATIONS = {
  policy: 'gate10.error-budget-policy',
  environments: 'gate10.environments',
  severity: 'gate10.severity',
} as const;
const SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;

/** Pushes what is wrong to `problems`; then there are no objectives. */
export function toObjectives(
  slo: Placed<OpenSlo<'SLO'>>,
  objects: ObjectsByKind,
  options: ReadOptions,
  problems: Problem[],
): Objective[] {
  const { data, document } = slo;
  const before = problems.length;
  const refuse: Refuse = (at, what, fix) => {
    problems.push(problemAt(document, at, what, fix));
  };
  const { spec, metadata } = data;
  const window = toWindow(spec.timeWindow?.[0], options, refuse);
  const { policy, environments, severity } = readAnnotations(metadata.annotations ?? {}, refuse);
  const { line } = document.place(['metadata', 'name']);
  const found = spec.objectives.flatMap((objective, index): Objective[] => {
    const read = readIndicator(slo, index, objects, refuse, problems);
    if (read === undefined || window === undefined) return [];
    const { name, displayName } = metadata;
    const one: Objective = {
      id: index === 0 ? name : `${name}#${index + 1}`,
      service: spec.service,
      title: objective.displayName ?? displayName ?? name,
      ...read,
      window,
      budgeting: spec.budgetingMethod === 'Timeslices' ? 'Timeslices' : 'Occurrences',
      errorBudgetPolicy: policy,
      severity,
      environments,
      source: `${document.file}:${line}`,
    };
    if (policy === 'enforce' && !looksBack(one)) refuseToEnforce(refuse);
    return [one];
  });
  return problems.length > before ? [] : found;
}

/** Of an objective of the SLO: its target, and the indicator as that target needs it. */
function readIndicator(
  { data: { spec }, document }: Placed<OpenSlo<'SLO'>>,
  index: number,
  objects: ObjectsByKind,
  refuse: Refuse,
  problems: Problem[],
): Pick<Objective, 'target' | 'indicator'> | undefined {
  const objective = spec.objectives[index];
  if (objective === undefined) return undefined;
  const at = ['spec', 'objectives', index];
  const target = toTarget(objective, at, refuse);
  const slices = toSlices(objective, spec.budgetingMethod, at, refuse);
  const referred = spec.indicatorRef === undefined ? undefined : objects.SLI.get(spec.indicatorRef);
  const found = spec.indicator
    ? { spec: spec.indicator.spec, document, at: ['spec', 'indicator', 'spec'] }
    : referred && { spec: referred.data.spec, document: referred.document, at: ['spec'] };
  if (found === undefined || target === undefined) return undefined;
  const indicator = toIndicator({ ...found, objective, target, slices, objects }, problems);
  return indicator && { target, indicator };
}

function refuseToEnforce(refuse: Refuse): void {
  const fix = 'Use "runs: window", gate10-history or prometheus.';
  refuse(['metadata', 'annotations', ANNOTATIONS.policy], 'this source has no four weeks to look back on', fix);
}

type Refuse = (at: DataPath, what: string, fix: string) => void;

function toWindow(
  given: NonNullable<OpenSlo<'SLO'>['spec']['timeWindow']>[number] | undefined,
  { defaultWindow }: ReadOptions,
  refuse: Refuse,
): Objective['window'] | undefined {
  const at = ['spec', 'timeWindow', 0];
  if (given !== undefined && (given.calendar !== undefined || given.isRolling !== true)) {
    refuse(at, 'windows that follow the calendar are not read', 'Write isRolling: true, and no calendar.');
    return undefined;
  }
  const text = given?.duration ?? defaultWindow;
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return { text, seconds };
  refuse([...at, 'duration'], 'a rolling month, quarter or year has no fixed length', 'Write days: 30d, 90d, 365d.');
  return undefined;
}

function toTarget(
  { target, targetPercent, indicator, indicatorRef, compositeWeight }: SloObjective,
  at: DataPath,
  refuse: Refuse,
): number | undefined {
  if (indicator !== undefined || indicatorRef !== undefined || compositeWeight !== undefined) {
    refuse(at, 'composite SLOs are not read', 'Write an SLO of its own for each indicator.');
    return undefined;
  }
  // 99.9 / 100 is 0.9990000000000001
  const share = target ?? Number(((targetPercent ?? 0) / 100).toFixed(12));
  if (share > 0) return share;
  refuse(at, 'a target of 0 promises nothing', 'Write what share has to be good, such as 0.999.');
  return undefined;
}

function toSlices(
  { timeSliceTarget, timeSliceWindow }: SloObjective,
  method: OpenSlo<'SLO'>['spec']['budgetingMethod'],
  at: DataPath,
  refuse: Refuse,
): { seconds: number; target: number } | undefined {
  if (method !== 'Timeslices') {
    if (method === 'Occurrences' && (timeSliceTarget ?? timeSliceWindow) !== undefined)
      refuse(at, 'slices of time go with "budgetingMethod: Timeslices" only', 'Remove them, or change the method.');
    return undefined;
  }
  const seconds = typeof timeSliceWindow === 'number' ? timeSliceWindow * 60 : durationSeconds(timeSliceWindow ?? '');
  if (timeSliceTarget !== undefined && seconds !== undefined && Number.isInteger(seconds))
    return { seconds, target: timeSliceTarget };
  refuse(at, 'a slice is no month, quarter or year, and no part of a second', 'Write minutes, or such as "5m".');
  return undefined;
}

function readAnnotations(given: Readonly<Record<string, string>>, refuse: Refuse) {
  const known: readonly string[] = Object.values(ANNOTATIONS);
  for (const key of Object.keys(given).filter((name) => /^gate10[./]/.test(name) && !known.includes(name))) {
    const guess = nearest(key, known);
    refuse(
      ['metadata', 'annotations', key],
      `gate10 knows no annotation "${key}"`,
      guess ? `Did you mean "${guess}"?` : `Use ${known.join(' or ')}.`,
    );
  }
  const policy = given[ANNOTATIONS.policy] ?? 'report';
  if (policy !== 'report' && policy !== 'enforce')
    refuse(
      ['metadata', 'annotations', ANNOTATIONS.policy],
      'the policy is none that there is',
      'Write enforce or report.',
    );
  const names = given[ANNOTATIONS.environments]?.split(',').map((name) => name.trim());
  if (names?.some((name) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)))
    refuse(
      ['metadata', 'annotations', ANNOTATIONS.environments],
      'this is no list of environments',
      'Write "staging, production".',
    );
  const weight = given[ANNOTATIONS.severity];
  const severity = SEVERITIES.find((each) => each === weight);
  if (weight !== undefined && severity === undefined)
    refuse(
      ['metadata', 'annotations', ANNOTATIONS.severity],
      'the severity is none that there is',
      'Write P0, P1, P2 or P3.',
    );
  return { policy: policy === 'enforce' ? ('enforce' as const) : ('report' as const), environments: names, severity };
}
