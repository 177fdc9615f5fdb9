/** The score of DORA's Quick Check, from the five metrics of a period. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';
import { round } from '../minutes.ts';
import { type QuickCheck, quickCheckScores } from './quick-check-schema.ts';

const answer = z.int().min(1).max(6);
const condition = { above: z.number().optional(), from: z.number().optional(), below: z.number().optional(), answer };
/** In order, the first that fits counts; only the last is without a condition. */
const answers = z
  .array(z.strictObject(condition))
  .length(6)
  .refine(
    (all) => all.every((each, index) => (Object.keys(each).length === 1) === (index === all.length - 1)),
    'the last answer, and no other, is without a condition',
  );
const count = z.int().min(1);
const spread = z.strictObject({ mean: z.number(), deviation: z.number() });

const quickCheckStandardSchema = z.strictObject({
  schema: z.literal('gate10/dora-quickcheck/v1'),
  id: z.string(),
  title: z.string(),
  year: z.int(),
  source: z.string(),
  link: z.url(),
  note: z.string(),
  minimum: z.strictObject({ deployments: count, lead_times: count, judged_deployments: count, incidents: count }),
  lead_time: answers,
  recovery_time: answers,
  deployment_frequency: answers,
  benchmark: z.record(quickCheckScores, spread),
});
export type QuickCheckStandard = z.output<typeof quickCheckStandardSchema>;

let loaded: QuickCheckStandard | undefined;

/** Read once: a report of many services asks for it for each of them. Throws OwnFaultError: the file is gate10's own. */
export function loadQuickCheck(): QuickCheckStandard {
  loaded ??= readAuthority('dora-quickcheck-2025.yaml', quickCheckStandardSchema);
  return loaded;
}

/** Each value with the number of observations behind it. Minutes, deployments a day, percent. */
export interface QuickCheckInput {
  readonly leadTimeMinutes: { readonly p50: number | null; readonly n: number };
  readonly deploymentsPerDay: { readonly value: number; readonly n: number };
  readonly recoveryMinutes: { readonly p50: number | null; readonly n: number };
  readonly changeFailPercent: { readonly value: number | null; readonly n: number };
  readonly reworkPercent: { readonly value: number | null; readonly n: number };
}

/** What is missing, or rests on too little, is null; and so is every mean that it belongs to. */
export function toQuickCheck(input: QuickCheckInput, standard: QuickCheckStandard): QuickCheck {
  const { minimum } = standard;
  const enough = (value: number | null, n: number, need: number): number | null => (n < need ? null : value);
  const lead = enough(input.leadTimeMinutes.p50, input.leadTimeMinutes.n, minimum.lead_times);
  const often = enough(input.deploymentsPerDay.value, input.deploymentsPerDay.n, minimum.deployments);
  const recovery = enough(input.recoveryMinutes.p50, input.recoveryMinutes.n, minimum.incidents);
  const failed = enough(input.changeFailPercent.value, input.changeFailPercent.n, minimum.judged_deployments);
  const rework = enough(input.reworkPercent.value, input.reworkPercent.n, minimum.deployments);
  const answered = {
    leadtime: lead === null ? null : answerTo(lead, standard.lead_time),
    deployfreq: often === null ? null : answerTo(often, standard.deployment_frequency),
    failurerecovery: recovery === null ? null : answerTo(recovery, standard.recovery_time),
  };
  const scores = {
    lead_time: ofAnswer(answered.leadtime),
    deployment_frequency: ofAnswer(answered.deployfreq),
    recovery_time: ofAnswer(answered.failurerecovery),
    change_fail_rate: failed === null ? null : round((100 - failed) / 10, 1),
    rework_rate: rework === null ? null : round((100 - rework) / 10, 1),
  };
  const missing = Object.entries(scores).flatMap(([name, score]) =>
    score === null ? [name.replaceAll('_', ' ')] : [],
  );
  const query = { ...answered, changefailure: failed, rework };
  return {
    id: standard.id,
    source: standard.source,
    scores,
    throughput: meanOf([scores.lead_time, scores.deployment_frequency, scores.recovery_time]),
    stability: meanOf([scores.change_fail_rate, scores.rework_rate]),
    overall: meanOf(Object.values(scores)),
    benchmark: standard.benchmark,
    link: missing.length > 0 ? null : linkOf(standard, query),
    ...(missing.length > 0 ? { note: `no score without ${missing.join(', ')}: too little is known` } : {}),
  };
}

function answerTo(value: number, bands: QuickCheckStandard['lead_time']): number {
  const fits = bands.find(
    ({ above, from, below }) =>
      (above === undefined || value > above) &&
      (from === undefined || value >= from) &&
      (below === undefined || value < below),
  );
  return fits?.answer ?? 1;
}

function ofAnswer(answered: number | null): number | null {
  return answered === null ? null : round(((answered - 1) / 5) * 10, 1);
}

function meanOf(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null);
  if (known.length < scores.length) return null;
  return round(known.reduce((sum, score) => sum + score, 0) / known.length, 1);
}

/** The page itself with these answers filled in; percentages without decimals, as its sliders have them. */
function linkOf({ link, year }: QuickCheckStandard, query: Readonly<Record<string, number | null>>): string {
  const url = new URL(link);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(Math.round(value ?? 0)));
  url.searchParams.set('v', String(year));
  return url.href;
}
