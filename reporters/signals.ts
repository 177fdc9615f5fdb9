/**
 * SIGTERM and SIGHUP end a Playwright run without any reporter's onEnd (measured, 1.65.1): CI cancels that way. They
 * are turned into the orderly interruption that SIGINT is, with a deadline after which the run is closed by force.
 */
import { externalCheckpoint } from '../src/cli/context.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { type AnnouncedRun, processState } from './process-state.ts';

/** CI systems send SIGKILL 7.5 to 10 s after SIGTERM (GitHub Actions, Kubernetes 30 s): be done before. */
const CLOSE_WITHIN_MS = 6000;

export function closeOnSignals(run: AnnouncedRun, now: () => Date): void {
  let closing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (closing) return;
    closing = true;
    processState().findings.push({ code: 'interrupted', verdict: 'inconclusive', message: `${signal} ended the run` });
    setTimeout(() => closeByForce(run, now, signal), CLOSE_WITHIN_MS);
    if (signal !== 'SIGINT') process.kill(process.pid, 'SIGINT');
  };
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, close);
}

function closeByForce(run: AnnouncedRun, now: () => Date, signal: string): void {
  const { guard } = processState();
  guard.forced = 3;
  guard.why = `interrupted by ${signal}`;
  try {
    const { runId, plan, stateDir } = run;
    const ledger = openLedger({
      stateDir,
      now,
      busyMs: 1000,
      ...externalCheckpoint({ cwd: process.cwd(), env: process.env }),
    });
    const { system, environment } = plan;
    ledger.append(
      { type: 'run.interrupted', runId, system, environment, foundAt: now().toISOString() },
      `interrupted:${runId}`,
    );
    ledger.close();
  } catch (error) {
    // The intent without a seal says the same to `gate10 verify`.
    process.stderr.write(`gate10: the interruption could not be recorded: ${String(error)}\n`);
  }
  process.exit(3);
}
