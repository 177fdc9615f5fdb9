/** What a scorecard takes from a run, and what takes its place where the record cannot be trusted. */
import { COUNTED_LAYERS } from '../../contract/layers.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import type { VerdictRecord } from '../../verdict/schema.ts';

export type ScorecardRun = Pick<
  RunRecord,
  'runId' | 'kind' | 'system' | 'environment' | 'expected' | 'startedAt' | 'endedAt' | 'rows' | 'slis' | 'commit'
> &
  Partial<Pick<RunRecord, 'owner' | 'owners'>>;

/** The facts of the seal, no finding, and a verdict that opens nothing. */
export function toStandIn(seal: SealedEvent, why: string): { run: ScorecardRun; verdict: VerdictRecord } {
  const { runId, kind, system, environment, expected, startedAt, endedAt } = seal;
  return {
    run: { runId, kind, system, environment, expected, startedAt, endedAt, rows: [], slis: [], commit: {} },
    verdict: {
      schema: 'gate10/verdict/v1',
      verdict: 'inconclusive',
      exitCode: 3,
      because: [why],
      layers: [],
      coverage: { proven: 0, of: COUNTED_LAYERS.length, absent: 0 },
      identityStrength: 'none',
      complete: false,
    },
  };
}
