/** Reads the check engine's events as they come; says when the engine died without a last word. */
import { existsSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OwnFaultError } from '../../src/errors.ts';
import type { IdentitySample, Row } from '../../src/probe/schema.ts';
import { readEngineLines } from './engine-lines.ts';

export interface EngineView {
  readonly rows: readonly Row[];
  readonly identity: readonly IdentitySample[];
  readonly settledAt: string | undefined;
  readonly ended: boolean;
  /** the engine's own crash, or that it vanished */
  readonly fault: string | undefined;
}

const POLL_MS = 100;

/** Waits until `done` holds, the engine ended or died. */
export async function followEngine(runDir: string, done: (view: EngineView) => boolean): Promise<EngineView> {
  for (;;) {
    const died = engineDied(runDir);
    const view = readEngine(runDir);
    if (done(view) || view.ended) return view;
    // read again after it was found dead: its last line may have come in between
    if (died) return { ...view, ended: true, fault: view.fault ?? 'the check engine died without a last word' };
    await nextChange(runDir);
  }
}

/** Throws when the engine failed: its own trouble is never an assertion about production. */
export function refuseFault({ fault }: EngineView): void {
  if (fault !== undefined)
    throw new OwnFaultError(`The check engine failed: ${fault}. See engine.log in the folder of the run.`);
}

export function readEngine(runDir: string): EngineView {
  const events = readEngineLines(runDir);
  const end = events.find((event) => event.type === 'end');
  return {
    rows: events.flatMap((event) => (event.type === 'row' ? [event.row] : [])),
    identity: events.flatMap((event) => (event.type === 'identity' ? event.samples : [])),
    settledAt: events.flatMap((event) => (event.type === 'phase' && event.phase === 'settled' ? [event.at] : []))[0],
    ended: end !== undefined,
    fault: end?.error,
  };
}

function engineDied(runDir: string): boolean {
  const file = path.join(runDir, 'engine.pid');
  if (!existsSync(file)) return false;
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** The folder changes, or a short time passes (watchers miss changes on some file systems). */
async function nextChange(runDir: string): Promise<void> {
  const stop = new AbortController();
  const changed = new Promise<void>((resolve) => {
    const watcher = watch(runDir, { signal: stop.signal }, () => resolve());
    watcher.on('error', () => resolve());
  });
  await Promise.race([changed, wait(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
}
