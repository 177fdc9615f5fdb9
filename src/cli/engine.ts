/**
 * The check engine as a child process of the runner: its start, the reading of the contract, the plan and its network time
 * hide behind the start of the runner's worker.
 *
 * Takes a `RunOrder` as its argument. It announces the run, says so to its parent (`FirstWord`, over IPC), then appends one
 * line per event to `engine.ndjson` in the run's folder. It ends with its parent, and on SIGTERM. Exit 0 = it said
 * everything that it had to say.
 */
import { randomBytes } from 'node:crypto';
import { openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { ResolvedSystem } from '../contract/schema.ts';
import { InputError, type Problem } from '../errors.ts';
import type { EngineEvent, Plan } from '../probe/schema.ts';
import type { FirstWord, RunOrder } from '../run/run-order.ts';
import { contractsDir, ledgerPlace } from './context.ts';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());
// The runner is gone: nobody reads on.
process.once('disconnect', () => stop.abort());

const context = { cwd: process.cwd(), env: process.env };
const now = (): Date => new Date();

const [, , argument] = process.argv;
if (argument === undefined || process.send === undefined) {
  process.stderr.write('Failed to start the check engine: it takes an order, from the runner whose child it is.\n');
  process.exit(2);
}
const order = JSON.parse(argument) as RunOrder;
// 70 until it has come to its end: a promise that nobody keeps alive must not end in success.
process.exitCode = 70;
void work().then(() => process.exit(0));

async function work(): Promise<void> {
  const announced = await announce().catch(async (error: unknown) => {
    await say(
      error instanceof InputError
        ? { type: 'refused', problems: await refuse(error.problems) }
        : { type: 'fault', message: error instanceof Error ? error.message : String(error) },
    );
  });
  if (announced !== undefined) await observe(announced);
}

interface Announced {
  readonly runDir: string;
  readonly system: ResolvedSystem;
  readonly plan: Plan;
}

async function announce(): Promise<Announced> {
  const [{ loadSystem }, { openGit }, { openLedger }, { closeInterrupted }, { announceRun }, { prepareRun }, runner] =
    await Promise.all([
      import('../contract/load-system.ts'),
      import('../probe/tools.ts'),
      import('../ledger/open-ledger.ts'),
      import('../record/close-interrupted.ts'),
      import('../run/announce-run.ts'),
      import('./prepare-run.ts'),
      import('./runner-pid.ts'),
    ]);
  const { environment, stateDir } = order;
  const { env } = process;
  const system = loadSystem({ contractsDir: contractsDir(context), environment, env });
  const git = openGit(system, env['PATH']);
  const ledger = await openLedger({ stateDir, now, ...ledgerPlace(context) });
  try {
    await closeInterrupted(ledger, now, ({ runId }) => runner.isRunnerAlive(stateDir, runId));
    const prepared = await prepareRun(system, order, { told: env['GATE10_EXPECT_SHA'], git, ledger });
    // Nobody would read the run that is announced now. A signal is no reason: the interrupted run is recorded as one.
    if (!process.connected) process.exit(0);
    const runDir = await announceRun(ledger, order, prepared, now);
    writeFileSync(path.join(runDir, 'engine.pid'), String(process.pid));
    await say({ type: 'announced', secrets: [...system.secrets] });
    return { runDir, system, plan: prepared.plan };
  } finally {
    await ledger.close();
  }
}

/** What is told of a refused run; a history that cannot hold it is one more thing that is wrong. */
async function refuse(problems: readonly Problem[]): Promise<readonly Problem[]> {
  const [{ noteRefusal }, { systemName }] = await Promise.all([
    import('../record/note-refusal.ts'),
    import('../contract/read-contract.ts'),
  ]);
  const { identity, attempt, environment, stateDir } = order;
  const asked = { system: systemName(contractsDir(context)), commit: process.env['GATE10_EXPECT_SHA'] || undefined };
  try {
    await noteRefusal(
      { stateDir, now, ...ledgerPlace(context) },
      { runId: identity.runId, attempt, environment, ...asked, problems },
    );
    return problems;
  } catch (error) {
    return [...problems, { code: 'not-noted', what: error instanceof Error ? error.message : String(error) }];
  }
}

async function observe({ runDir, system, plan }: Announced): Promise<void> {
  const file = openSync(path.join(runDir, 'engine.ndjson'), 'a', 0o600);
  const write = (event: EngineEvent): void => {
    // One write per line: a reader never sees half of two lines.
    writeSync(file, `${JSON.stringify(event)}\n`);
  };
  try {
    const [{ systemClock }, { createTools }, { runEngine }, { createJournal }, { journalPlace }] = await Promise.all([
      import('../probe/clock.ts'),
      import('../probe/tools.ts'),
      import('../probe/engine.ts'),
      import('../probe/journal/journal.ts'),
      import('./journal-place.ts'),
    ]);
    const clock = systemClock();
    const nonce = randomBytes(12).toString('hex');
    const tools = createTools(system, { clock, nonce, path: process.env['PATH'] });
    const run = { id: order.identity.runId, nonce };
    const journal = createJournal(journalPlace({ ...context, now: clock.now }));
    const scope = { system: system.contract.system, environment: system.environmentName };
    const history = { stateDir: order.stateDir, now, ...ledgerPlace(context) };
    const provenCommits = async () => (await import('./read-proven-commits.ts')).readProvenCommits(history, scope);
    const input = { system, plan, ...tools, clock, run, journal, provenCommits };
    await runEngine({ ...input, emit: write, signal: stop.signal });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    write({ type: 'end', at: now().toISOString(), rows: 0, error: message });
  }
}

/** Settles when the parent has it, or is gone. */
function say(word: FirstWord): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(word, () => resolve());
  });
}
