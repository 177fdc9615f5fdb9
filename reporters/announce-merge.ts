/** `merge-reports` knows a run only by the evidence in the shards' reports. */
import path from 'node:path';
import { ensureFolder } from '../src/ledger/durable-file.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { type CollectedRun, countedEvidence } from '../src/run/collected.ts';
import type { AnnouncedRun } from './process-state.ts';

/** The merged run, its intent in this machine's ledger; undefined when no report carries a plan. */
export function announceMerge(
  run: CollectedRun,
  { stateDir, now }: { readonly stateDir: string; readonly now: () => Date },
): AnnouncedRun | undefined {
  const carriers = countedEvidence(run)
    .map(({ evidence }) => evidence)
    .filter(({ plan, context }) => plan !== undefined && context !== undefined)
    .sort((a, b) => (a.context?.startedAt ?? '').localeCompare(b.context?.startedAt ?? ''));
  const [first] = carriers;
  if (first?.plan === undefined || first.context === undefined) return undefined;
  const { plan, context, runId } = first;
  const runDir = path.join(stateDir, 'runs', runId);
  ensureFolder(runDir);
  const ledger = openLedger({ stateDir, now });
  try {
    ledger.append(
      {
        type: 'run.intended',
        runId,
        system: plan.system,
        environment: plan.environment,
        kind: 'production',
        expected: plan.expected,
        planDigest: plan.digest,
        contractDigest: plan.contractDigest,
        startedAt: context.startedAt,
      },
      `intend:${runId}:merge`,
    );
  } finally {
    ledger.close();
  }
  return { runId, runDir, stateDir, plan, context, secrets: new Map() };
}
