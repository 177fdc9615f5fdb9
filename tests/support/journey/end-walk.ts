/** After a journey, whatever became of it: undo what it wrote, judge what was seen, hand the rows on. */
import type { TestInfo } from '@playwright/test';
import { redactJson } from '../../../src/contract/redact.ts';
import type { ResolvedSystem } from '../../../src/contract/schema.ts';
import type { Flow } from '../../../src/probe/flow/flow.ts';
import { syntheticTag } from '../../../src/probe/flow/synthetic.ts';
import { type Undone, undo } from '../../../src/probe/journal/undo.ts';
import { findBlip } from '../../../src/probe/journey/find-blip.ts';
import { undoingOf } from '../../../src/probe/journey/given-values.ts';
import { seenWrites } from '../../../src/probe/journey/journey-writes.ts';
import type { JourneyObservation } from '../../../src/probe/journey/schema.ts';
import { toJourneyRows, toUnwalkedRows } from '../../../src/probe/journey/to-journey-rows.ts';
import type { Row } from '../../../src/probe/schema.ts';
import { plainText } from '../../../src/run/plain-text.ts';
import { attachEvidence } from '../attach-evidence.ts';
import { showRows } from '../show-rows.ts';
import type { Walk, WalkInput } from './begin-walk.ts';
import { hideSecrets } from './hide-secrets.ts';

export async function endWalk(walk: Walk, { testInfo, run, observatory }: WalkInput): Promise<void> {
  const { clock, system } = observatory;
  hideSecrets(testInfo, walk.redact);
  const durationMs = clock.monotonicMs() - walk.startMs;
  const undone = walk.entry === undefined ? undefined : await undoWalk(walk);
  const planned = run.plan.rows.filter(({ by }) => by === 'journey');
  const seen = await toObservation(walk, testInfo);
  const rows: Row[] =
    seen === undefined
      ? toUnwalkedRows(planned, { ...walk, ...whyUnwalked(walk, testInfo) })
      : toJourneyRows(planned, system, { ...walk, seen, undone, durationMs });
  const shown = redactJson(rows, walk.redact);
  await attachEvidence(testInfo, run, { rows: shown });
  // a journey that broke has said so itself
  if (testInfo.errors.length === 0) await showRows(shown, testInfo);
}

async function toObservation(walk: Walk, { errors, status }: TestInfo): Promise<JourneyObservation | undefined> {
  const { seen, blind, lost, context } = walk;
  if (seen === undefined || blind !== undefined || isLeftOut(status)) return undefined;
  const [first] = errors;
  const message =
    first === undefined ? undefined : firstLines(plainText(first.message ?? first.value ?? 'unknown error'));
  const hosts = hostsOf(context.system);
  const blip = await findBlip(lost, hosts, context);
  return {
    ...seen,
    ...(message !== undefined && { error: message }),
    ...(blip !== undefined && { blip }),
    timedOut: status === 'timedOut',
  };
}

/** What was expected and what was there; not the log of every try. */
function firstLines(text: string): string {
  const [head = ''] = text.split(/\n\s*(?:Call log|Stack trace):/);
  return head
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** Skipped by its own code, or stopped from outside: it has no error, and did not come to its end either. */
function isLeftOut(status: TestInfo['status']): boolean {
  return status === 'skipped' || status === 'interrupted' || status === undefined;
}

function whyUnwalked(
  { blind }: Walk,
  { errors, status }: TestInfo,
): { readonly why: string; readonly reason: 'blind' | 'not-run' } {
  if (isLeftOut(status)) return { why: `The journey was ${status ?? 'left out'}.`, reason: 'not-run' };
  const [first] = errors;
  const error = first === undefined ? 'no page was opened' : firstLines(plainText(first.message ?? ''));
  return { why: blind ?? `The journey could not begin: ${error}`, reason: 'blind' };
}

async function undoWalk(walk: Walk): Promise<Undone> {
  const { context, journey, values, seen, entry, at, hasBegun } = walk;
  const { system } = context;
  const writes = hasBegun ? seenWrites(seen?.resources ?? [], hostsOf(system), at) : [];
  const service = journey.at ?? system.contract.frontDoor;
  const flow: Flow = { at: service, values, context, tag: syntheticTag(context) };
  const undone = await undo(undoingOf(journey), flow, writes);
  if (undone.gone) entry?.close();
  else entry?.leave(undone.judgement.status === 'passed' ? 'it was not shown to be gone' : undone.judgement.message);
  return undone;
}

function hostsOf({ environment }: ResolvedSystem): string[] {
  return Object.values(environment.services).map(({ url }) => new URL(url).host);
}
