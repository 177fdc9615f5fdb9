import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Behaviour } from '../backend/faults/behaviour.ts';
import type { Release } from '../release/repository.ts';
import type { RouteFault } from '../route-fault-schema.ts';
import { type Child, startChild } from './child.ts';
import { supervise } from './supervisor.ts';

/** What every backend process of the system is started with, beside its release and its place. */
export type BackendSettings = { env: Record<string, string>; controlToken: string; logDir: string };

/** Values that replace a replica's own, `{{value}}` stands for it; null takes a variable away. */
export type Variables = Readonly<Record<string, string | null>>;

/** One replica: a backend process that is started again when it dies, at the same address. */
export type Replica = {
  index: number;
  release: Release;
  url: string;
  pid: () => number | undefined;
  setFaults: (faults: RouteFault[]) => Promise<void>;
  /** What the code of the process does wrong. */
  setBehaviours: (behaviours: Behaviour[]) => Promise<void>;
  /** Starts the process anew in its place when its environment is another one than before. */
  setVariables: (variables: Variables) => Promise<void>;
  /** Stops or starts the process in its place, as a fault. */
  setRunning: (running: boolean) => Promise<void>;
  /** Kills the process every `everyMs` (undefined: no more). */
  setCrashLoop: (everyMs: number | undefined) => void;
  stop: () => Promise<void>;
};

const script = join(import.meta.dirname, '..', 'backend', 'main.ts');
/** What is wrong at a replica, by the path of the side channel that it goes through. */
type Wrong = { '/faults': RouteFault[]; '/behaviours': Behaviour[] };
const paths: readonly (keyof Wrong)[] = ['/faults', '/behaviours'];
type Running = { child: Child; url: string; control: string };

/** Starts a replica of a release and waits until it listens. */
export async function startReplica(settings: BackendSettings, release: Release, index: number): Promise<Replica> {
  const wrong: Wrong = { '/faults': [], '/behaviours': [] };
  let crashTimer: NodeJS.Timeout | undefined;
  let port = '0';
  let variables: Variables = {};
  const process = await supervise(
    async () => {
      const backend = await launchBackend(settings, release, index, { port, variables });
      try {
        for (const path of paths)
          if (wrong[path].length > 0) await put(backend, settings.controlToken, path, wrong[path]);
      } catch (error) {
        // Nobody else knows of it: it would keep the port from the next one.
        await backend.child.stop();
        throw error;
      }
      port = new URL(backend.url).port;
      return backend;
    },
    { answers: ({ url }) => isListening(url) },
  );
  const set = async <Path extends keyof Wrong>(path: Path, next: Wrong[Path]): Promise<void> => {
    const unchanged = wrong[path].length === 0 && next.length === 0;
    wrong[path] = next;
    const backend = process.current();
    if (backend !== undefined && !unchanged) await put(backend, settings.controlToken, path, next);
  };
  const setCrashLoop = (everyMs: number | undefined): void => {
    clearInterval(crashTimer);
    crashTimer = everyMs === undefined ? undefined : setInterval(() => process.current()?.child.kill(), everyMs);
  };
  return {
    index,
    release,
    url: `http://127.0.0.1:${port}`,
    pid: () => process.current()?.child.pid,
    setFaults: (next) => set('/faults', next),
    setBehaviours: (next) => set('/behaviours', next),
    setVariables: async (next) => {
      if (JSON.stringify(next) === JSON.stringify(variables)) return;
      variables = next;
      await process.setRunning(false);
      await process.setRunning(true);
    },
    setRunning: process.setRunning,
    setCrashLoop,
    stop: async () => {
      setCrashLoop(undefined);
      await process.setRunning(false);
    },
  };
}

async function launchBackend(
  settings: BackendSettings,
  release: Release,
  index: number,
  { port, variables }: { port: string; variables: Variables },
): Promise<Running> {
  const own: Record<string, string> = {
    ...settings.env,
    GIT_SHA: release.commit,
    INSTANCE_ID: `replica-${index}`,
    RELEASE_DIR: release.dir,
  };
  const env = {
    ...own,
    // With variables of a fault it is an application that looks at none of them before it starts.
    ...(Object.keys(variables).length > 0 ? { CONFIG_CHECK: 'off' } : {}),
    ...withOwnValues(variables, own),
  };
  const { child, firstLine } = await startChild({
    name: `replica ${index} of ${release.release}`,
    script,
    logPath: join(settings.logDir, `replica-${index}.log`),
    env: { ...withoutNull(env), HOST: '127.0.0.1', PORT: port, CONTROL_TOKEN: settings.controlToken },
  });
  const { url, control } = firstLine;
  if (typeof url === 'string' && typeof control === 'string') return { child, url, control };
  await child.stop();
  throw new Error(`Failed to start replica ${index}: its first line has no "url" and "control".`);
}

function withOwnValues(variables: Variables, own: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value?.replaceAll('{{value}}', own[name] ?? '') ?? null]),
  );
}

function withoutNull(env: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** A process that ends meanwhile needs no faults: the one that follows it starts with them. */
async function put(backend: Running, token: string, path: keyof Wrong, faults: unknown[]): Promise<void> {
  try {
    const response = await fetch(backend.control + path, {
      method: 'PUT',
      headers: { 'x-control-token': token, 'content-type': 'application/json' },
      body: JSON.stringify({ faults }),
    });
    if (!response.ok) throw new Error(`Failed to set faults at a replica: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  } catch (error) {
    // A connection that is cut is heard of before the end of the process that held it.
    const stays = setTimeout(deathNoticeMs, true, { ref: false });
    if (await Promise.race([stays, backend.child.ended.then(() => false)])) throw error;
  }
}

const deathNoticeMs = 1000;

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (listens: boolean): void => {
      socket.destroy();
      done(listens);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
