/** `readiness_report.json`: the scorecard by the three pillars of the readiness programme, with what is broken. */

import { plainLine } from '../../run/plain-text.ts';
import type { RunRecord } from '../../run/schema.ts';
import { bySeverity, worstVerdict } from '../../verdict/worst.ts';
import { type ReadinessReport, readinessReportSchema } from './report-schema.ts';
import type { BlockStatus, Scorecard, ScorecardBlock } from './scorecard-schema.ts';

type Pillar = ReadinessReport['pillars'][number];

const MAX_FAILURES = 200;

/** `rows` are those of the run; empty where its record cannot be trusted. `files` were written before it. */
export function toReport(
  scorecard: Scorecard,
  rows: RunRecord['rows'],
  files: ReadinessReport['files'],
): ReadinessReport {
  const { generated_at, system, environment, release, commit, run_id, owner } = scorecard;
  const { overall_passed, overall_because, verdict, because } = scorecard;
  return readinessReportSchema.parse({
    schema: 'gate10/readiness-report/v1',
    ...{ generated_at, system, environment, release, commit, run_id, owner },
    ...{ overall_passed, overall_because, verdict, because },
    pillars: toPillars(scorecard),
    suites: scorecard.suites,
    failures: rows
      .filter(({ status }) => status !== 'passed')
      .sort(bySeverity)
      .slice(0, MAX_FAILURES)
      .map(({ id, status, severity, message, title }) => {
        return { check: id, status, severity, said: plainLine(message ?? title, 1000) };
      }),
    files,
  });
}

/** Deployment governance, testing coverage, observability and response: the readiness programme's three. */
export function toPillars(scorecard: Scorecard): Pillar[] {
  return [deployment(scorecard), testing(scorecard), observability(scorecard)];
}

function deployment({ blocks, dora, waivers, environment }: Scorecard): Pillar {
  const inForce = waivers.filter(({ status }) => status === 'in-force').length;
  return toPillar('deployment-governance', [
    toPart('production', blocks.production),
    {
      name: 'dora',
      status: dora.status,
      said: dora.why ?? `${dora.period_start} to ${dora.period_end}, ${environment}`,
    },
    { name: 'waivers', status: inForce === 0 ? 'passed' : 'warned', said: `${inForce} in force` },
  ]);
}

function testing({ blocks }: Scorecard): Pillar {
  const names = ['pyramid', 'coverage', 'flake', 'performance', 'secrets', 'vulnerabilities'] as const;
  return toPillar(
    'testing-coverage',
    names.map((name) => toPart(name, blocks[name])),
  );
}

function observability({ blocks, slis }: Scorecard): Pillar {
  return toPillar('observability-and-response', [
    toPart('slo', blocks.slo),
    ...slis.map(({ name, status, n }) => ({ name, status, said: `n ${n}` })),
  ]);
}

function toPart(name: string, { status, why, because }: ScorecardBlock): Pillar['parts'][number] {
  return { name, status, said: why ?? because[0] ?? status };
}

/** Parts that nobody has looked at leave a pillar unproven: it is only as known as its least known part. */
function toPillar(name: Pillar['name'], parts: Pillar['parts']): Pillar {
  return { name, status: worstOf(parts.map(({ status }) => status)), parts };
}

function worstOf(all: readonly Pillar['parts'][number]['status'][]): BlockStatus {
  if (all.includes('failed')) return 'failed';
  if (all.includes('unknown')) return 'unknown';
  if (all.includes('stale')) return 'stale';
  const words = all.filter((word) => word !== 'measured' && word !== 'unknown' && word !== 'stale');
  return worstVerdict(words) ?? 'unknown';
}
