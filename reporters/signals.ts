/**
 * SIGTERM and SIGHUP end a Playwright run without any reporter's onEnd (measured, 1.65.1): CI cancels that way. They
 * are turned into the orderly interruption that SIGINT is, with a deadline after which the run is closed by force.
 */
import { type AnnouncedRun, processState } from './process-state.ts';

/** CI systems send SIGKILL 7.5 to 10 s after SIGTERM (GitHub Actions, Kubernetes 30 s): be done before. */
const CLOSE_WITHIN_MS = 6000;

export function closeOnSignals(now: () => Date): void {
  let closing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (closing) return;
    closing = true;
    processState().findings.push({ code: 'interrupted', verdict: 'inconclusive', message: `${signal} ended the run` });
    setTimeout(() => void closeByForce(now, signal), CLOSE_WITHIN_MS);
    if (signal !== 'SIGINT') process.kill(process.pid, 'SIGINT');
  };
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, close);
}

async function closeByForce(now: () => Date, signal: string): Promise<void> {
  const { guard, run } = processState();
  guard.forced ??= 3;
  guard.why ??= `interrupted by ${signal}`;
  try {
    // not announced yet = the intent, if there is one, has no seal: that says the same to `gate10 verify`
    if (run !== undefined) await recordInterruption(run, now);
  } catch (error) {
    process.stderr.write(`gate10: the interruption could not be recorded: ${String(error)}\n`);
  }
  process.exit(guard.forced);
}

/** Loaded late: only a run that cannot be stopped in order needs the ledger here. */
async function recordInterruption({ runId, plan, stateDir }: AnnouncedRun, now: () => Date): Promise<void> {
  const [{ ledgerPlace }, { openLedger }] = await Promise.all([
    import('../src/cli/context.ts'),
    import('../src/ledger/open-ledger.ts'),
  ]);
  const elsewhere = ledgerPlace({ cwd: process.cwd(), env: process.env });
  const ledger = await openLedger({ stateDir, now, busyMs: 1000, ...elsewhere });
  const { system, environment } = plan;
  const foundAt = now().toISOString();
  await ledger.append({ type: 'run.interrupted', runId, system, environment, foundAt }, `interrupted:${runId}`);
  await ledger.close();
}
