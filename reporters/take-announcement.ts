/** The run that the check engine announced, as the reporter needs it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../src/probe/schema.ts';
import { type Announcement, type RunOrder, runDirOf } from '../src/run/run-order.ts';
import { processState } from './process-state.ts';

export function takeAnnouncement(
  order: Pick<RunOrder, 'identity' | 'stateDir'>,
  secrets: ReadonlyMap<string, string>,
): void {
  const runDir = runDirOf(order);
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(runDir, name), 'utf8'));
  const { context } = read('run.json') as Announcement;
  const { stateDir, identity } = order;
  processState().run = { runId: identity.runId, runDir, stateDir, plan: read('plan.json') as Plan, context, secrets };
}
