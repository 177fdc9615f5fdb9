/** `merge-reports` knows a run only by the evidence in the shards' reports. */
import path from 'node:path';
import { ledgerPlace } from '../src/cli/context.ts';
import { InputError } from '../src/errors.ts';
import { ensureFolder } from '../src/ledger/durable-file.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import type { Ledger } from '../src/ledger/schema.ts';
import { type CollectedRun, countedEvidence } from '../src/run/collected.ts';
import { toIntent } from '../src/run/intend-run.ts';
import type { AnnouncedRun } from './process-state.ts';

/** The merged run, its intent in this machine's ledger; undefined when no report carries a plan. */
export async function announceMerge(
  run: CollectedRun,
  { stateDir, now }: { readonly stateDir: string; readonly now: () => Date },
): Promise<AnnouncedRun | undefined> {
  const carriers = countedEvidence(run)
    .map(({ evidence }) => evidence)
    .filter(({ plan, context }) => plan !== undefined && context !== undefined)
    .sort((a, b) => (a.context?.startedAt ?? '').localeCompare(b.context?.startedAt ?? ''));
  const [first] = carriers;
  if (first?.plan === undefined || first.context === undefined) return undefined;
  const { plan, context, runId } = first;
  const runDir = path.join(stateDir, 'runs', runId);
  ensureFolder(runDir);
  const ledger = await openLedger({ stateDir, now, ...ledgerPlace({ cwd: process.cwd(), env: process.env }) });
  try {
    await refuseSecondMerge(ledger, runId);
    await ledger.append(toIntent(runId, plan, context), `intend:${runId}:merge`);
  } finally {
    await ledger.close();
  }
  return { runId, runDir, stateDir, plan, context, secrets: new Map() };
}

async function refuseSecondMerge(ledger: Ledger, runId: string): Promise<void> {
  const seals = await ledger.rows({ type: 'run.sealed' });
  if (!seals.some(({ event }) => event.type === 'run.sealed' && event.runId === runId)) return;
  throw new InputError([
    {
      code: 'merged-before',
      what: `run "${runId}" was merged and judged before, and that judgement stands`,
      fix: 'Ask for it with "gate10 verify". To judge anew, run all shards again under a new GATE10_RUN_ID.',
    },
  ]);
}
