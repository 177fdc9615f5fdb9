/** CollectedRun + plan + context → the run record. Pure: the same run gives the same record, byte for byte. */
import type { Evidence, Plan, Row, RunContext, SliResult } from '../probe/schema.ts';
import { type CollectedRun, countedEvidence } from './collected.ts';
import { findIntegrity } from './integrity.ts';
import { joinRows } from './row-integrity.ts';
import type { IntegrityFinding, RunRecord } from './schema.ts';

export interface RecordInput {
  readonly run: CollectedRun;
  readonly plan: Plan;
  readonly context: RunContext;
  readonly runId: string;
  readonly endedAt: string;
  readonly node: string;
  /** redacted */
  readonly argv: readonly string[];
  readonly blobConfigured: boolean;
  /** what the edges found out themselves, e.g. that the check engine died */
  readonly findings?: readonly IntegrityFinding[];
}

/** Times are ISO-8601 UTC. Planned rows that nobody observed become `inconclusive` rows with reason `not-run`. */
export function buildRecord(input: RecordInput): RunRecord {
  const { run, plan, context } = input;
  const evidence = countedEvidence(run).map((item) => item.evidence);
  const controls = joinControls(evidence);
  const settledAt = evidence.map((item) => item.context?.settledAt).find((at) => at !== undefined) ?? context.settledAt;
  return {
    schema: 'gate10/run/v1',
    runId: input.runId,
    kind: context.kind ?? 'production',
    system: plan.system,
    environment: plan.environment,
    frontDoor: context.frontDoor,
    expected: plan.expected,
    ...(plan.previousCommit !== undefined && { previousCommit: plan.previousCommit }),
    commit: context.commit,
    startedAt: context.startedAt,
    ...(settledAt !== undefined && { settledAt }),
    endedAt: input.endedAt,
    runner: {
      name: 'playwright',
      version: run.runnerVersion,
      node: input.node,
      argv: [...input.argv],
      ...(run.shard && { shard: `${run.shard.current}/${run.shard.total}` }),
    },
    plan,
    rows: withMissing(joinRows(run, plan), plan, input.endedAt),
    slis: joinSlis(evidence),
    identity: evidence.flatMap((item) => item.identity ?? []),
    integrity: [...findIntegrity(run, plan, input.blobConfigured), ...(input.findings ?? [])],
    ...(controls && { controls }),
    layers: context.layers,
    ...(context.owner !== undefined && { owner: context.owner }),
    ...(context.owners !== undefined && { owners: context.owners }),
  };
}

function withMissing(rows: readonly Row[], plan: Plan, at: string): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const missing = plan.rows
    .filter(({ id }) => !byId.has(id))
    .map(
      ({ by: _by, ...planned }): Row => ({
        ...planned,
        status: 'inconclusive',
        reason: 'not-run',
        message: 'was planned and never observed in this run',
        at,
        durationMs: 0,
      }),
    );
  return [...rows, ...missing];
}

/** Several shards run their own controls: each has to behave. */
function joinControls(evidence: readonly Evidence[]): RunRecord['controls'] {
  const all = evidence.flatMap((item) => item.controls ?? []);
  return all.find(({ good, bad }) => good !== 'passed' || bad !== 'failed') ?? all[0];
}

function joinSlis(evidence: readonly Evidence[]): SliResult[] {
  return evidence.flatMap((item) => item.slis ?? []);
}
