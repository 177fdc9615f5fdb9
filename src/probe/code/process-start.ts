/** Whether what answers can be the expected build at all: a process that is older than its commit runs something else. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import { type IdentityInput, identityTargets, sampleIdentity } from '../identity/identity.ts';
import { judgeKeptOut } from '../identity/kept-out.ts';
import { judgedRow } from '../observe-row.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { IdentitySample, Plan, PlannedRow, Row } from '../schema.ts';
import type { Git } from './git.ts';

export interface ProcessStartInput extends IdentityInput {
  readonly plan: Pick<Plan, 'expected' | 'rows'>;
  readonly git: Git;
}

const ID = 'code-authority.started-after-commit';

/** Only where the identity says since when it runs, and a commit is expected. */
export function planProcessStart(system: ResolvedSystem, commit: string | undefined): PlannedRow[] {
  if (commit === undefined || system.contract.identity.startedAt === undefined) return [];
  const source = sourceOf(system, 'identity');
  const title = 'What answers was started after the expected commit was made';
  const place = source === undefined ? {} : { source };
  return [{ id: ID, layer: 'code-authority', title, severity: 'P0', by: 'engine', ...place }];
}

export async function probeProcessStart(input: ProcessStartInput): Promise<Row[]> {
  const { system, plan, clock, git } = input;
  const planned = plan.rows.find(({ id, by }) => id === ID && by === 'engine');
  if (planned === undefined) return [];
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const { door, direct, replicas } = identityTargets(system);
  const targets = [door, ...direct, ...replicas];
  const [entry, ...samples] = await Promise.all([
    git.describe(plan.expected.commit ?? ''),
    ...targets.map((target) => sampleIdentity(target, input)),
  ]);
  const judgement = entry.ok
    ? judgeStarts(samples, entry.value.time, system.environment.tls.maxClockSkew)
    : blind(`It cannot be seen when the expected commit was made: ${entry.problem.message}.`);
  return [judgedRow(planned, judgement, at, Math.max(0, clock.monotonicMs() - startMs))];
}

/** `skewMs`: as far as the clocks of the two machines may be apart. */
export function judgeStarts(samples: readonly IdentitySample[], committedAt: string, skewMs: number): Judgement {
  const expected = `started after ${committedAt}`;
  const silent = samples.find(({ error }) => error !== undefined);
  const keptOut = judgeKeptOut(
    samples.filter(({ error }) => error !== undefined),
    samples.length,
  );
  if (keptOut !== undefined) return keptOut;
  if (silent !== undefined) {
    const message = `${silent.via} does not say since when it runs: ${silent.error}. Look at the identity endpoint.`;
    return { status: 'failed', message, expected, actual: silent.error };
  }
  const unread = samples.find(({ startedAt }) => Number.isNaN(Date.parse(startedAt ?? '')));
  if (unread !== undefined) {
    const message = `${unread.via} says that it started at "${unread.startedAt ?? ''}", which is no ISO time.`;
    return { status: 'inconclusive', reason: 'insufficient', message, expected };
  }
  const old = samples.find(({ startedAt = '' }) => Date.parse(startedAt) < Date.parse(committedAt) - skewMs);
  if (old === undefined) return { status: 'passed', evidence: { committedAt, samples: samples.length } };
  const who = old.instance === undefined ? old.via : `${old.instance} (${old.via})`;
  const message = `${who} has been running since ${old.startedAt}, before the commit that it names was made (${committedAt}): it still runs older code. Look at whether the restart of the deployment failed.`;
  return { status: 'failed', message, expected, actual: `started at ${old.startedAt}` };
}

function blind(message: string): Judgement {
  return { status: 'inconclusive', reason: 'blind', message };
}
