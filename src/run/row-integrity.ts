/** Planned = ran: every planned row was observed once, under one plan and one run. */
import type { Plan, Row } from '../probe/schema.ts';
import { type CollectedRun, countedEvidence } from './collected.ts';
import type { IntegrityFinding } from './schema.ts';

const worst = { passed: 0, warned: 1, inconclusive: 2, failed: 3 } as const;

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more` : shown;
}

export function findRowProblems(run: CollectedRun, plan: Plan): IntegrityFinding[] {
  const all = countedEvidence(run);
  const planned = new Set(plan.rows.map(({ id }) => id));
  const seen = new Set(all.flatMap(({ evidence }) => evidence.rows.map(({ id }) => id)));
  const missing = [...planned].filter((id) => !seen.has(id));
  const unplanned = [...seen].filter((id) => !planned.has(id));
  const findings: IntegrityFinding[] = [];
  if (missing.length > 0)
    findings.push({
      code: 'missing-row',
      verdict: 'inconclusive',
      message: `${missing.length} of ${planned.size} planned promises were never observed: ${named(missing)}`,
    });
  if (unplanned.length > 0)
    findings.push({
      code: 'unplanned-row',
      verdict: 'inconclusive',
      message: `rows that no plan knows: ${named(unplanned)}`,
    });
  const duplicates = findDuplicates(run);
  if (duplicates.length > 0)
    findings.push({
      code: 'duplicate-row',
      verdict: 'inconclusive',
      message: `observed twice in the same shard or test run: ${named(duplicates)}`,
    });
  const strangers = all.filter(({ evidence }) => evidence.planDigest !== plan.digest);
  const runIds = new Set(all.map(({ evidence }) => evidence.runId));
  if (strangers.length > 0 || runIds.size > 1)
    findings.push({
      code: 'mixed-runs',
      verdict: 'inconclusive',
      message: `evidence of different runs or plans in one report (run ids: ${named([...runIds])})`,
    });
  return findings;
}

/** The same row twice: allowed for settle and confirm in different shards only. */
function findDuplicates(run: CollectedRun): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { test, evidence } of countedEvidence(run)) {
    const everyShard = test.project === 'settle' || test.project === 'confirm';
    const place = everyShard ? `${evidence.shard?.current ?? 0}` : 'run';
    for (const { id } of evidence.rows) {
      const key = `${place} ${id}`;
      if (seen.has(key)) twice.add(id);
      seen.add(key);
    }
  }
  return [...twice];
}

/** One row per id, in plan order; several observations of one id are joined, the worst wins. */
export function joinRows(run: CollectedRun, plan: Plan): Row[] {
  const byId = new Map<string, Row>();
  for (const { evidence } of countedEvidence(run)) {
    for (const row of evidence.rows) {
      const known = byId.get(row.id);
      if (known === undefined || worst[row.status] > worst[known.status]) byId.set(row.id, row);
    }
  }
  const planned = plan.rows.flatMap(({ id }) => byId.get(id) ?? []);
  const ids = new Set(plan.rows.map(({ id }) => id));
  return [...planned, ...[...byId.values()].filter(({ id }) => !ids.has(id))];
}
