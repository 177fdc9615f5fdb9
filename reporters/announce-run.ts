/** Before the first probe: the intent in the ledger, the plan on disk, the names that the workers need. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { externalCheckpoint } from '../src/cli/context.ts';
import { ensureFolder } from '../src/ledger/durable-file.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import type { Plan, RunContext } from '../src/probe/schema.ts';
import { intendRun, toIntent } from './intend-run.ts';
import { type AnnouncedRun, processState } from './process-state.ts';
import type { RunIdentity } from './run-identity.ts';
import { closeOnSignals } from './signals.ts';

/** How long the parts of a run may take, milliseconds: the outer limits of the tests. */
export interface RunLimits {
  readonly settleMs: number;
  readonly checkMs: number;
  readonly sampleMs: number;
  readonly confirmMs: number;
}

export interface Announcement {
  readonly stateDir: string;
  readonly identity: RunIdentity;
  readonly plan: Plan;
  readonly context: RunContext;
  readonly limits: RunLimits;
  readonly secrets: ReadonlyMap<string, string>;
  readonly now: () => Date;
}

/** Throws OwnFaultError when the intent cannot be made durable (no intent, no run), InputError when the run id is taken. */
export function announceRun(announcement: Announcement): AnnouncedRun {
  const { stateDir, identity, plan, context, limits, secrets, now } = announcement;
  const { runId, leftToMerge } = identity;
  const runDir = path.join(stateDir, 'runs', identity.folder);
  const ledger = openLedger({ stateDir, now, ...externalCheckpoint({ cwd: process.cwd(), env: process.env }) });
  try {
    intendRun(ledger, identity, toIntent(runId, plan, context), now);
  } finally {
    ledger.close();
  }
  ensureFolder(runDir);
  writeFileSync(path.join(runDir, 'plan.json'), JSON.stringify(plan));
  writeFileSync(path.join(runDir, 'run.json'), JSON.stringify({ context, limits }));
  writeFileSync(path.join(runDir, 'runner.pid'), String(process.pid));
  process.env['GATE10_RUN_ID'] = runId;
  process.env['GATE10_RUN_DIR'] = runDir;
  process.env['GATE10_STATE_DIR'] = stateDir;
  const run: AnnouncedRun = { runId, runDir, stateDir, plan, context, secrets };
  const state = processState();
  state.run = run;
  state.guard.armed = true;
  state.guard.intended = true;
  state.guard.leftToMerge = leftToMerge;
  closeOnSignals(run, now);
  return run;
}
