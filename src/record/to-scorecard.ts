/** `readiness-scorecard.json`: one run, as a release gate wants to read it. */
import type { RunRecord } from '../run/schema.ts';
import type { LayerVerdict, VerdictRecord } from '../verdict/schema.ts';
import { type CatalogueRates, NEVER_MEASURED } from './catalogue-rates.ts';
import { type Scorecard, scorecardSchema } from './schema.ts';

export interface ScorecardFacts {
  /** SHA-256 of the bytes of record.json, hex */
  readonly recordSha256: string;
  readonly now: Date;
  /** default: never measured */
  readonly catalogue?: CatalogueRates;
}

/** `overall_passed` is worked out here: a summary that contradicts its parts never opens anything. */
export function toScorecard(record: RunRecord, verdict: VerdictRecord, facts: ScorecardFacts): Scorecard {
  const p95s = record.slis.flatMap(({ name, value }) => (name === 'latency-p95' && value !== null ? [value] : []));
  const p50 = record.slis.find((sli) => typeof sli.p50 === 'number')?.p50 ?? undefined;
  return scorecardSchema.parse({
    schema: 'gate10/scorecard/v1',
    release: record.expected.version ?? record.expected.commit ?? 'unknown',
    suites: [
      {
        name: record.kind,
        status: verdict.verdict,
        duration: Math.max(0, Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000,
        ...(p50 === undefined ? {} : { p50_latency_ms: p50 }),
        ...(p95s.length === 0 ? {} : { p95_latency_ms: Math.max(...p95s) }),
      },
    ],
    waivers: [],
    generated_at: facts.now.toISOString(),
    owner: record.owner ?? 'unassigned',
    overall_passed: isProven(verdict),
    verdict: verdict.verdict,
    reason: verdict.reason,
    because: verdict.because,
    system: record.system,
    environment: record.environment,
    commit: record.expected.commit ?? null,
    layers: verdict.layers.map((layer) => toLayer(layer, record)),
    layer_coverage: verdict.coverage,
    slis: record.slis.map(({ name, status, value, bound, objective, gate, unit, n, misses }) => {
      return { name, status, value, bound, objective, ...(gate === undefined ? {} : { gate }), unit, n, misses };
    }),
    catalogue: facts.catalogue ?? NEVER_MEASURED,
    run_id: record.runId,
    record_sha256: facts.recordSha256,
  });
}

/** With the reason of an absent one, and who answers for it where that is known. */
function toLayer({ layer, status, rows, failed, why }: LayerVerdict, record: RunRecord): Scorecard['layers'][number] {
  const owner = record.owners?.[layer] ?? record.owner;
  return {
    ...{ layer, status, rows, failed },
    ...(why === undefined ? {} : { why }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** Passed or warned as a whole and in every layer, completely executed, and the command ended so. */
export function isProven(verdict: VerdictRecord): boolean {
  const isGood = (status: string): boolean => status === 'passed' || status === 'warned';
  return (
    isGood(verdict.verdict) &&
    verdict.exitCode === 0 &&
    verdict.complete &&
    verdict.layers.length > 0 &&
    verdict.layers.every(({ status }) => isGood(status) || status === 'absent') &&
    verdict.layers.some(({ status }) => isGood(status))
  );
}
