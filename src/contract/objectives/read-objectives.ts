/** `contracts/objectives.yaml` → the objectives in it, or every problem that it has. */
import path from 'node:path';
import { formatProblem, InputError, type Problem } from '../../errors.ts';
import { sha256Hex } from '../canonical.ts';
import { inOrder } from '../in-order.ts';
import { toProblems } from '../issues.ts';
import { nearest } from '../nearest.ts';
import type { DataPath } from '../yaml-document.ts';
import { readSource } from '../yaml-source.ts';
import { listNotUsed, referenceProblems } from './not-used.ts';
import { indexObjects, type ObjectsByKind, type Placed, problemAt } from './object-index.ts';
import { durationSeconds, type Objective, type Objectives } from './objective.ts';
import type { OpenSlo, SloObjective } from './openslo-schema.ts';
import { connectionSchema } from './source-schema.ts';
import { splitDocuments } from './split-documents.ts';
import { toIndicator } from './to-indicator.ts';

export interface ReadOptions {
  /** what an SLO without a timeWindow is judged over, such as "30d" */
  readonly defaultWindow: string;
}

/** `contractsDir` is absolute. undefined where there is no such file. Throws InputError with all problems at once. */
export function readObjectives(contractsDir: string, options: ReadOptions): Objectives | undefined {
  const shownAs = path.posix.join(path.basename(contractsDir), 'objectives.yaml');
  const source = readSource(path.join(contractsDir, 'objectives.yaml'), shownAs);
  if (!source.ok && source.problems.every(({ code }) => code === 'missing-file')) return undefined;
  if (!source.ok) throw new InputError(source.problems);
  return { ...parseObjectives(source.text, shownAs, options), digest: sha256Hex(source.bytes), file: shownAs };
}

/** Throws InputError. */
export function parseObjectives(
  text: string,
  file: string,
  options: ReadOptions,
): Pick<Objectives, 'objectives' | 'notUsed'> {
  const { documents, problems: unread } = splitDocuments(text, file);
  const { objects, problems: invalid } = indexObjects(documents);
  const problems: Problem[] = [...unread, ...invalid];
  // A reference to an object that could not be read is no second mistake.
  if (problems.length === 0) problems.push(...referenceProblems(objects), ...connectionProblems(objects));
  const objectives = [...objects.SLO.values()].flatMap((slo) => toObjectives(slo, objects, options, problems));
  if (problems.length === 0 && objectives.length === 0)
    problems.push({ code: 'objectives', file, line: 1, column: 1, what: 'the file holds no SLO', fix: 'Add one.' });
  if (problems.length > 0) throw new InputError(onceEach(inOrder(problems)));
  return { objectives, notUsed: listNotUsed(objects) };
}

/** An SLI that several SLOs refer to is wrong once. */
function onceEach(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

const ANNOTATIONS = { policy: 'gate10.error-budget-policy', environments: 'gate10.environments' } as const;

function toObjectives(
  slo: Placed<OpenSlo<'SLO'>>,
  objects: ObjectsByKind,
  options: ReadOptions,
  problems: Problem[],
): Objective[] {
  const { data, document } = slo;
  const before = problems.length;
  const refuse = (at: DataPath, what: string, fix: string): void => {
    problems.push(problemAt(document, at, what, fix));
  };
  const { spec, metadata } = data;
  const window = toWindow(spec.timeWindow?.[0], options, refuse);
  const annotations = readAnnotations(metadata.annotations ?? {}, refuse);
  if (spec.budgetingMethod === 'RatioTimeslices')
    refuse(['spec', 'budgetingMethod'], 'RatioTimeslices are not read', 'Use Occurrences or Timeslices.');
  const referred = spec.indicatorRef === undefined ? undefined : objects.SLI.get(spec.indicatorRef);
  const indicator = spec.indicator
    ? { spec: spec.indicator.spec, document, at: ['spec', 'indicator', 'spec'] }
    : referred && { spec: referred.data.spec, document: referred.document, at: ['spec'] };
  const found = spec.objectives.flatMap((objective, index): Objective[] => {
    const at = ['spec', 'objectives', index];
    const target = toTarget(objective, at, refuse);
    const slices = toSlices(objective, spec.budgetingMethod, at, refuse);
    if (indicator === undefined || target === undefined) return [];
    const read = toIndicator({ ...indicator, objective, target, slices, objects }, problems);
    if (read === undefined || window === undefined) return [];
    if (annotations.policy === 'enforce' && !hasHistory(read))
      refuse(
        ['metadata', 'annotations', ANNOTATIONS.policy],
        'this source has no four weeks to look back on',
        'Use "runs: window", gate10-history or prometheus.',
      );
    const { line } = document.place(['metadata', 'name']);
    return [
      {
        id: index === 0 ? metadata.name : `${metadata.name}#${index + 1}`,
        service: spec.service,
        title: objective.displayName ?? metadata.displayName ?? metadata.name,
        target,
        window,
        budgeting: spec.budgetingMethod === 'Timeslices' ? 'Timeslices' : 'Occurrences',
        indicator: read,
        errorBudgetPolicy: annotations.policy,
        environments: annotations.environments,
        source: `${document.file}:${line}`,
      },
    ];
  });
  return problems.length > before ? [] : found;
}

type Refuse = (at: DataPath, what: string, fix: string) => void;

function hasHistory(indicator: Objective['indicator']): boolean {
  if (indicator.kind === 'run-ratio' || indicator.kind === 'run-latency') return indicator.runs === 'window';
  return indicator.kind === 'history' || indicator.kind === 'prometheus';
}

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
  return { policy: policy === 'enforce' ? ('enforce' as const) : ('report' as const), environments: names };
}

function connectionProblems(objects: ObjectsByKind): Problem[] {
  return [...objects.DataSource.values()].flatMap(({ data, document }) => {
    if (data.spec.type.toLowerCase() !== 'prometheus') return [];
    const at = ['spec', 'connectionDetails'];
    if ('url' in data.spec.connectionDetails) {
      const fix = 'Write environments.<name>.prometheus.url in system.yaml, or set GATE10_PROMETHEUS_URL.';
      return [problemAt(document, [...at, 'url'], 'the address differs by environment', fix)];
    }
    const checked = connectionSchema.safeParse(data.spec.connectionDetails);
    if (checked.success) return [];
    const value = data.spec.connectionDetails;
    return toProblems(
      checked.error.issues,
      { ...document, value, place: (to) => document.place([...at, ...to]) },
      connectionSchema,
    );
  });
}
