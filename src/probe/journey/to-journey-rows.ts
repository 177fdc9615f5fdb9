/** A journey that was made, as the rows that were planned for it (`planJourneys`). */
import type { JourneyContract, ResolvedSystem } from '../../contract/schema.ts';
import type { InconclusiveReason } from '../../contract/verdict-words.ts';
import { toExpectation } from '../browser/to-frontend-rows.ts';
import type { Undone } from '../journal/undo.ts';
import { type Judgement, toBlindRow, toRow } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';
import { judgeAccessibility } from './judge-accessibility.ts';
import { judgeComplaints } from './judge-complaints.ts';
import { judgeWalk } from './judge-walk.ts';
import { type JourneyRow, journeyRowId, type Way } from './plan-journeys.ts';
import type { JourneyObservation } from './schema.ts';

export interface MadeJourney {
  readonly journey: JourneyContract;
  readonly way: Way;
  readonly seen: JourneyObservation;
  /** undefined = the journey does not write */
  readonly undone?: Undone | undefined;
  /** ISO-8601 UTC, its start */
  readonly at: string;
  readonly durationMs: number;
}

/** Exactly the rows that were planned for it, of those in `planned`. */
export function toJourneyRows(planned: readonly PlannedRow[], system: ResolvedSystem, made: MadeJourney): Row[] {
  const { journey, way, seen, undone, at, durationMs } = made;
  const { hosts, consoleBaseline } = toExpectation(system, undefined);
  const walked = judgeWalk(seen, hosts);
  const isWhole = walked.status === 'passed';
  const judgements: Readonly<Record<JourneyRow, Judgement>> = {
    walked,
    accessibility: judgeAccessibility(seen, system.contract.accessibility, isWhole),
    complaints: judgeComplaints(seen, { hosts, consoleBaseline }, isWhole),
    undone: undone?.judgement ?? {
      status: 'inconclusive',
      reason: 'blind',
      message: 'Nobody looked whether it is gone.',
    },
  };
  return rowsOf(planned, journey, way).map(([row, plan]) => {
    const exchanges = row === 'undone' ? (undone?.exchanges ?? []) : [];
    const made = toRow(plan, { judgement: judgements[row], exchanges }, at);
    return row === 'walked' ? { ...made, durationMs } : made;
  });
}

/** Where there was no browser, or no journey to be made: never silence, never success. */
export function toUnwalkedRows(
  planned: readonly PlannedRow[],
  {
    journey,
    way,
    at,
    why,
    reason,
  }: Pick<MadeJourney, 'journey' | 'way' | 'at'> & { readonly why: string; readonly reason: InconclusiveReason },
): Row[] {
  return rowsOf(planned, journey, way).map(([, plan]) => toBlindRow(plan, why, at, reason));
}

function rowsOf(
  planned: readonly PlannedRow[],
  journey: Pick<JourneyContract, 'id' | 'layer'>,
  way: Way,
): (readonly [JourneyRow, PlannedRow])[] {
  return (['walked', 'accessibility', 'complaints', 'undone'] as const).flatMap((row) => {
    const plan = planned.find(({ id }) => id === journeyRowId(journey, way, row));
    return plan === undefined ? [] : [[row, plan] as const];
  });
}
