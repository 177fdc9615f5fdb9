/** What k6 writes at the end of a test: `--summary-export`, the data of `handleSummary`, the machine-readable form (v1). */
import { z } from 'zod';
import { checkReport, isMapping, type JsonReport, type NothingKnown, type WrongFile } from '../json-report.ts';

export interface K6Metric {
  /** by k6's own names: `p(95)`, `count`, `rate` … */
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds: readonly { readonly expression: string; readonly ok: boolean }[];
}

export interface K6Summary {
  readonly metrics: ReadonlyMap<string, K6Metric>;
  /** false = the form says nothing of thresholds, kept or not */
  readonly saysThresholds: boolean;
}

const numbers = z.record(z.string(), z.number());

/** `handleSummary(data)`. */
const dataSchema = z.looseObject({
  metrics: z.record(
    z.string(),
    z.looseObject({
      values: numbers,
      thresholds: z.record(z.string(), z.looseObject({ ok: z.boolean() })).default({}),
    }),
  ),
});

/** `--summary-export`: the values beside `thresholds`, in which true means that it was NOT kept (grafana/k6-docs#30). */
const exportSchema = z.looseObject({
  metrics: z.record(
    z.string(),
    z.looseObject({ thresholds: z.record(z.string(), z.boolean()).default({}) }).catchall(z.number()),
  ),
});

const machineMetric = z.looseObject({ name: z.string(), type: z.string(), values: numbers });
const machineSchema = z.looseObject({
  version: z.string().regex(/^1\./, 'version 1 of the machine-readable summary'),
  results: z.looseObject({
    metrics: z.array(machineMetric),
    checks: z.looseObject({ metrics: z.array(machineMetric).nullish() }).nullish(),
  }),
});

type ReadSummary = { readonly outcome: 'read'; readonly summary: K6Summary } | NothingKnown | WrongFile;

const FORMAT = 'a k6 summary';

export function readK6Summary(report: JsonReport, shownAs: string): ReadSummary {
  switch (formOf(report.value)) {
    case 'machine':
      return readMachine(report, shownAs);
    case 'data':
      return readData(report, shownAs);
    case 'export':
      return readExport(report, shownAs);
  }
}

function formOf(value: unknown): 'machine' | 'data' | 'export' {
  const { metrics, results } = (isMapping(value) ? value : {}) as { metrics?: unknown; results?: unknown };
  if (results !== undefined && metrics === undefined) return 'machine';
  const isData = isMapping(metrics) && Object.values(metrics).some((one) => isMapping(one) && 'values' in one);
  return isData ? 'data' : 'export';
}

function readData(report: JsonReport, shownAs: string): ReadSummary {
  const checked = checkReport(report, { schema: dataSchema, format: FORMAT, shownAs });
  if (!checked.ok) return { outcome: 'wrong', problems: checked.problems };
  const named = Object.entries(checked.data.metrics).map(([name, { values, thresholds }]) => {
    const kept = Object.entries(thresholds).map(([expression, { ok }]) => ({ expression, ok }));
    return [name, { values, thresholds: kept }] as const;
  });
  return { outcome: 'read', summary: { metrics: new Map(named), saysThresholds: true } };
}

function readExport(report: JsonReport, shownAs: string): ReadSummary {
  const checked = checkReport(report, { schema: exportSchema, format: FORMAT, shownAs });
  if (!checked.ok) return { outcome: 'wrong', problems: checked.problems };
  const named = Object.entries(checked.data.metrics).map(([name, { thresholds, ...values }]) => {
    const kept = Object.entries(thresholds).map(([expression, isBroken]) => ({ expression, ok: !isBroken }));
    // the rate of a rate is called "value" here
    const { value } = values;
    const rate = 'passes' in values && value !== undefined ? { rate: value } : {};
    return [name, { values: { ...values, ...rate }, thresholds: kept }] as const;
  });
  return { outcome: 'read', summary: { metrics: new Map(named), saysThresholds: true } };
}

function readMachine(report: JsonReport, shownAs: string): ReadSummary {
  const checked = checkReport(report, { schema: machineSchema, format: FORMAT, shownAs });
  if (!checked.ok) return { outcome: 'wrong', problems: checked.problems };
  const { metrics, checks } = checked.data.results;
  const all = [...metrics, ...(checks?.metrics ?? [])];
  const named = all.map(({ name, values }) => [name, { values, thresholds: [] }] as const);
  return { outcome: 'read', summary: { metrics: new Map(named), saysThresholds: false } };
}
