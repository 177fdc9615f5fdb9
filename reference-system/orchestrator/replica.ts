import { join } from 'node:path';
import type { Release } from '../release/repository.ts';
import type { RouteFault } from '../route-fault-schema.ts';
import { type Child, startChild } from './child.ts';

/** What every backend process of the system is started with, beside its release and its place. */
export type BackendSettings = { env: Record<string, string>; controlToken: string; logDir: string };

/** One replica: a backend process that is started again when it dies, at the same address. */
export type Replica = {
  index: number;
  release: Release;
  url: string;
  pid: () => number | undefined;
  setFaults: (faults: RouteFault[]) => Promise<void>;
  /** Stops or starts the process in its place, as a fault. */
  setRunning: (running: boolean) => Promise<void>;
  /** Kills the process every `everyMs` (undefined: no more). */
  setCrashLoop: (everyMs: number | undefined) => void;
  stop: () => Promise<void>;
};

const script = join(import.meta.dirname, '..', 'backend', 'main.ts');
const restartDelayMs = 100;

type Running = { child: Child; url: string; control: string };

/** Starts a replica of a release and waits until it answers with the release's commit. */
export async function startReplica(settings: BackendSettings, release: Release, index: number): Promise<Replica> {
  let wanted = true;
  let faults: RouteFault[] = [];
  let crashTimer: NodeJS.Timeout | undefined;
  let running: Running | undefined;
  let restart: Promise<void> = Promise.resolve();
  const launch = async (port: string): Promise<Running> => {
    const next = await launchBackend(settings, release, index, port);
    running = next;
    if (faults.length > 0) await putFaults(next.control, settings.controlToken, faults);
    void next.child.ended.then(() => {
      running = undefined;
      if (wanted) restart = relaunch();
    });
    return next;
  };
  const first = await launch('0');
  const port = new URL(first.url).port;
  const relaunch = async (): Promise<void> => {
    while (wanted && running === undefined) {
      await new Promise((done) => setTimeout(done, restartDelayMs));
      // A supervisor tries until it succeeds or is told to stop; each failure is in the replica's log.
      if (wanted) await launch(port).catch(() => undefined);
    }
  };
  const setCrashLoop = (everyMs: number | undefined): void => {
    clearInterval(crashTimer);
    crashTimer = everyMs === undefined ? undefined : setInterval(() => running?.child.kill(), everyMs);
  };
  const setRunning = async (next: boolean): Promise<void> => {
    const before = wanted;
    wanted = next;
    if (!next) await Promise.all([restart, running?.child.stop()]);
    // The process may have come up while it was being told to stop.
    if (!next) await running?.child.stop();
    if (next && !before) await launch(port);
  };
  return {
    index,
    release,
    url: first.url,
    pid: () => running?.child.pid,
    setFaults: async (next) => {
      const unchanged = faults.length === 0 && next.length === 0;
      faults = next;
      if (running !== undefined && !unchanged) await putFaults(running.control, settings.controlToken, faults);
    },
    setRunning,
    setCrashLoop,
    stop: async () => {
      setCrashLoop(undefined);
      await setRunning(false);
    },
  };
}

async function launchBackend(
  settings: BackendSettings,
  release: Release,
  index: number,
  port: string,
): Promise<Running> {
  const { child, firstLine } = await startChild({
    name: `replica ${index} of ${release.release}`,
    script,
    logPath: join(settings.logDir, `replica-${index}.log`),
    env: {
      ...settings.env,
      HOST: '127.0.0.1',
      PORT: port,
      CONTROL_TOKEN: settings.controlToken,
      RELEASE_DIR: release.dir,
      GIT_SHA: release.commit,
      INSTANCE_ID: `replica-${index}`,
    },
  });
  const { url, control } = firstLine;
  if (typeof url === 'string' && typeof control === 'string') return { child, url, control };
  await child.stop();
  throw new Error(`Failed to start replica ${index}: its first line has no "url" and "control".`);
}

async function putFaults(control: string, token: string, faults: RouteFault[]): Promise<void> {
  const response = await fetch(`${control}/faults`, {
    method: 'PUT',
    headers: { 'x-control-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ faults }),
  });
  if (!response.ok) throw new Error(`Failed to set faults at a replica: it answered ${response.status}.`);
  await response.arrayBuffer();
}
