/** `spec.indicator` of an SLO (or the SLI that it refers to) → an indicator that gate10 can read, or what it cannot. */
import type { z } from 'zod';
import type { Problem } from '../../errors.ts';
import { toProblems } from '../issues.ts';
import type { DataPath, YamlDocument } from '../yaml-document.ts';
import { type ObjectsByKind, problemAt } from './object-index.ts';
import type { Indicator } from './objective.ts';
import type { MetricSource, SliSpec, SloObjective } from './openslo-schema.ts';
import {
  connectionSchema,
  historySchema,
  k6LatencySchema,
  k6RatioSchema,
  prometheusSchema,
  prometheusTotalSchema,
  runLatencySchema,
  runRatioSchema,
  SOURCE_TYPES,
  type SourceType,
} from './source-schema.ts';

export interface IndicatorInput {
  readonly spec: SliSpec;
  /** where `spec` lies */
  readonly document: YamlDocument;
  readonly at: DataPath;
  readonly objective: SloObjective;
  /** share that has to be good */
  readonly target: number;
  readonly slices: { readonly seconds: number; readonly target: number } | undefined;
  readonly objects: ObjectsByKind;
}

type Refuse = (at: DataPath, what: string, fix: string) => undefined;
interface Source {
  readonly type: SourceType;
  readonly spec: MetricSource['spec'];
  readonly tokenSecret?: string | undefined;
  readonly at: DataPath;
}

/** undefined = cannot be used; then at least one problem was pushed. */
export function toIndicator(input: IndicatorInput, problems: Problem[]): Indicator | undefined {
  const { spec, document, at } = input;
  const refuse: Refuse = (where, what, fix) => {
    problems.push(problemAt(document, where, what, fix));
    return undefined;
  };
  const { thresholdMetric } = spec;
  if (thresholdMetric !== undefined) {
    const source = toSource(thresholdMetric.metricSource, [...at, 'thresholdMetric', 'metricSource'], input, refuse);
    return source && toThreshold(source, input, refuse, problems);
  }
  return toRatio(input, refuse, problems);
}

function toRatio(input: IndicatorInput, refuse: Refuse, problems: Problem[]): Indicator | undefined {
  const { ratioMetric } = input.spec;
  const at = [...input.at, 'ratioMetric'];
  if (ratioMetric === undefined) return undefined;
  const { raw, good, bad, total, counter } = ratioMetric;
  if (raw !== undefined || ratioMetric.rawType !== undefined)
    return refuse(at, '"raw" ratios are not read: they tell no number of events', 'Write good (or bad) and total.');
  // what the schema has seen to
  if (total === undefined) return undefined;
  if (counter !== true) return refuse(at, 'only "counter: true" is read', 'Count events; a gauge has none.');
  const { objective } = input;
  if (objective.op !== undefined || objective.value !== undefined)
    return refuse(at, '"op" and "value" of the objective go with thresholdMetric only', 'Remove them there.');
  const counts = good === undefined ? 'bad' : 'good';
  const part = good ?? bad;
  const numerator = part && toSource(part.metricSource, [...at, counts, 'metricSource'], input, refuse);
  const all = toSource(total.metricSource, [...at, 'total', 'metricSource'], input, refuse);
  if (numerator === undefined || all === undefined) return undefined;
  if (numerator.type !== all.type) return refuse(at, `${counts} and total come from different sources`, 'Use one.');
  if (input.slices !== undefined && all.type !== 'prometheus')
    return refuse(at, `Timeslices need samples over time, which ${all.type} does not have`, 'Use Occurrences.');
  return readRatio(counts, numerator, all, input, refuse, problems);
}

function readRatio(
  counts: 'good' | 'bad',
  numerator: Source,
  all: Source,
  input: IndicatorInput,
  refuse: Refuse,
  problems: Problem[],
): Indicator | undefined {
  const read = <T>(source: Source, schema: z.ZodType<T>) => readSpec(source, schema, input, problems);
  switch (all.type) {
    case 'gate10-run': {
      const [one, other] = [read(numerator, runRatioSchema), read(all, runRatioSchema)];
      if (!one || !other) return undefined;
      if (one.sli !== other.sli || one.runs !== other.runs)
        return refuse(all.at, `${counts} and total name different samples`, 'Name the same "sli" and "runs" twice.');
      if (counts === 'bad') return refuse(numerator.at, 'a run counts good samples', 'Write good instead of bad.');
      return { kind: 'run-ratio', sli: one.sli, runs: one.runs };
    }
    case 'gate10-history': {
      const [one, other] = [read(numerator, historySchema), read(all, historySchema)];
      if (!one || !other) return undefined;
      const wanted = counts === 'good' ? 'proven' : 'failed';
      if (one.looks !== wanted)
        return refuse(numerator.at, `${counts} looks are "${wanted}"`, `Write looks: ${wanted}.`);
      if (other.looks !== 'judged') return refuse(all.at, 'all looks are "judged"', 'Write looks: judged.');
      return { kind: 'history' };
    }
    case 'k6': {
      const [one, other] = [read(numerator, k6RatioSchema), read(all, k6RatioSchema)];
      if (!one || !other) return undefined;
      if (counts === 'good') return refuse(numerator.at, 'k6 counts failures (http_req_failed)', 'Write bad.');
      if (one.file !== other.file) return refuse(all.at, 'bad and total name different files', 'Name the same twice.');
      return { kind: 'k6-ratio', file: one.file, bad: one.metric, total: other.metric };
    }
    case 'prometheus': {
      const [one, other] = [read(numerator, prometheusSchema), read(all, prometheusTotalSchema)];
      if (!one || !other) return undefined;
      const tokenSecret = all.tokenSecret ?? numerator.tokenSecret;
      const { query: total, examples } = other;
      return { kind: 'prometheus', counts, numerator: one.query, total, examples, tokenSecret, slices: input.slices };
    }
  }
}

function toThreshold(
  source: Source,
  input: IndicatorInput,
  refuse: Refuse,
  problems: Problem[],
): Indicator | undefined {
  const { objective, target, slices } = input;
  const { op, value } = objective;
  const at = source.at;
  if (slices !== undefined) return refuse(at, 'thresholdMetric with Timeslices is not read', 'Write a ratioMetric.');
  if (op === undefined || value === undefined)
    return refuse(at, 'the objective of a thresholdMetric has "op" and "value"', 'Add them.');
  if (op !== 'lte') return refuse(at, 'of thresholds, "op: lte" alone is read', 'Say what may not be exceeded.');
  if (value <= 0) return refuse(at, 'a "value" of zero or less leaves no time to answer', 'Write a positive value.');
  if (source.type === 'gate10-run') {
    const spec = readSpec(source, runLatencySchema, input, problems);
    if (spec === undefined) return undefined;
    if (target !== 0.95 && target !== 0.99)
      return refuse(at, 'a run measures P95 and P99', 'Write target: 0.95 or target: 0.99.');
    return { kind: 'run-latency', limitMs: toMs(value, spec.unit), runs: spec.runs };
  }
  if (source.type === 'k6') {
    const spec = readSpec(source, k6LatencySchema, input, problems);
    return spec && { kind: 'k6-latency', file: spec.file, metric: spec.metric, limitMs: toMs(value, spec.unit) };
  }
  const fix = 'Write a ratioMetric; for latencies over the buckets of a histogram.';
  return refuse(at, `a thresholdMetric of ${source.type} is not read`, fix);
}

function toMs(value: number, unit: 's' | 'ms'): number {
  return unit === 's' ? value * 1000 : value;
}

/** The type is the source's own, or that of the DataSource that it refers to. */
function toSource(given: MetricSource, at: DataPath, input: IndicatorInput, refuse: Refuse): Source | undefined {
  const { metricSourceRef, type, spec } = given;
  const referred = metricSourceRef === undefined ? undefined : input.objects.DataSource.get(metricSourceRef);
  if (metricSourceRef !== undefined && referred === undefined)
    return refuse(
      [...at, 'metricSourceRef'],
      `there is no DataSource "${metricSourceRef}"`,
      'Add it, or correct the name.',
    );
  const [own, theirs] = [type?.toLowerCase(), referred?.data.spec.type.toLowerCase()];
  if (own !== undefined && theirs !== undefined && own !== theirs)
    return refuse([...at, 'type'], 'the type is not that of the DataSource', 'Remove it here.');
  const found = own ?? theirs;
  const known = SOURCE_TYPES.find((each) => each === found);
  if (found === undefined)
    return refuse(at, 'the source has no type', `Add "type": one of ${SOURCE_TYPES.join(', ')}.`);
  if (known === undefined)
    return refuse([...at, 'type'], 'gate10 does not read this source', `Use one of ${SOURCE_TYPES.join(', ')}.`);
  const connection = connectionSchema.safeParse(referred?.data.spec.connectionDetails ?? {});
  return { type: known, spec, tokenSecret: connection.data?.tokenSecret, at };
}

function readSpec<T>(
  source: Source,
  schema: z.ZodType<T>,
  { document }: IndicatorInput,
  problems: Problem[],
): T | undefined {
  const checked = schema.safeParse(source.spec);
  if (checked.success) return checked.data;
  const at = [...source.at, 'spec'];
  const inside: YamlDocument = { ...document, value: source.spec, place: (path) => document.place([...at, ...path]) };
  problems.push(
    ...toProblems(checked.error.issues, inside, schema).map((problem) => ({
      ...problem,
      path: [...at, problem.path].filter((part) => part !== '' && part !== undefined).join('.'),
    })),
  );
  return undefined;
}
