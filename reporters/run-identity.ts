/** Which run this process belongs to: its own, or a part of one that is cut into shards. */
import { randomBytes } from 'node:crypto';
import { InputError } from '../src/errors.ts';
import type { RunIdentity } from '../src/run/run-order.ts';

interface RunnerFacts {
  readonly shard: { readonly current: number; readonly total: number } | null;
  readonly reporter: readonly (readonly [name: string, options?: unknown])[];
}

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `GATE10_RUN_ID`, else the time and a random tail. Throws InputError: shards to be merged have to share an id. */
export function identifyRun(
  { shard, reporter }: RunnerFacts,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): RunIdentity {
  const given = env['GATE10_RUN_ID'] || undefined;
  if (given !== undefined && !RUN_ID.test(given))
    throw new InputError([
      {
        code: 'run-id',
        what: 'GATE10_RUN_ID is not usable',
        expected: 'letters, digits, dots and dashes, at most 100',
      },
    ]);
  const runId = given ?? `${now.toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
  if (shard === null || shard.total === 1)
    return { runId, folder: runId, intentKey: `intend:${runId}`, leftToMerge: false };
  const part = `${shard.current}-of-${shard.total}`;
  const leftToMerge = reporter.some(([name]) => name === 'blob');
  const intentKey = `intend:${runId}:${part}`;
  if (!leftToMerge) {
    const alone = `${runId}-shard-${part}`;
    return { runId: alone, folder: alone, intentKey, leftToMerge };
  }
  if (given === undefined)
    throw new InputError([
      {
        code: 'shard-without-run-id',
        what: 'a run in shards needs GATE10_RUN_ID, so that the merge can tell the shards of one run from those of another',
        fix: 'Set it to the same value in every shard, e.g. the id of the pipeline and of its attempt.',
      },
    ]);
  return { runId, folder: `${runId}/shard-${part}`, intentKey, leftToMerge };
}
