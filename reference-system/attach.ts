import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from './orchestrator/faults.ts';
import { isProcessAlive, readState, type SystemState } from './orchestrator/state.ts';

export type { Fault } from './orchestrator/faults.ts';

/** A running embedded system, as its state file says. */
export type RunningSystem = SystemState;

/** The answer of the control API: the state with what is in it at this moment. */
export type SystemView = RunningSystem & {
  faults: Fault[];
  /** Those of them that were to rewrite a body, and have found nothing to rewrite so far. */
  unmetFaults: unknown[];
  /** How often each "METHOD path" of the AI provider was called since the start. */
  providerCalls: Record<string, number>;
  replicas: { index: number; url: string; commit: string; pid?: number }[];
};

/** Typed client of a running system's control API. Every call throws with the system's own reason. */
export type SystemControl = {
  state: () => Promise<SystemView>;
  deploy: (release: string, replicas?: (1 | 2)[]) => Promise<SystemView>;
  rollback: () => Promise<SystemView>;
  setFaults: (faults: Fault[]) => Promise<SystemView>;
  clearFaults: () => Promise<SystemView>;
  /** Stops the system; settles when its process is gone. */
  stop: () => Promise<void>;
};

const stopPollMs = 25;

/** Where the state lies when nothing else is said: `GATE10_REFERENCE_STATE`, else `.gate10/reference` in the project. */
export function defaultStateDir(env: NodeJS.ProcessEnv): string {
  return resolve(env['GATE10_REFERENCE_STATE'] ?? resolve(import.meta.dirname, '..', '.gate10', 'reference'));
}

/**
 * The system that runs with this state folder; undefined when there is no state file or its process is dead.
 * Throws `Failed to load …` on a state file that cannot be understood.
 */
export function readRunningSystem(stateDir: string): RunningSystem | undefined {
  const state = readState(stateDir);
  return state !== undefined && isProcessAlive(state.pid) ? state : undefined;
}

/** Makes a client for the control API of a running system. */
export function createControl(running: Pick<RunningSystem, 'controlUrl' | 'controlToken' | 'pid'>): SystemControl {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(running.controlUrl + path, {
      method,
      headers: { 'x-control-token': running.controlToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { error?: unknown } | null;
    if (response.ok) return answer;
    throw new Error(`The reference system refused ${method} ${path}: ${String(answer?.error ?? response.status)}`);
  };
  const view = async (method: string, path: string, body?: unknown): Promise<SystemView> =>
    (await call(method, path, body)) as SystemView;
  return {
    state: () => view('GET', '/state'),
    deploy: (release, replicas) =>
      view('POST', '/deploy', replicas === undefined ? { release } : { release, replicas }),
    rollback: () => view('POST', '/rollback'),
    setFaults: (faults) => view('PUT', '/faults', { faults }),
    clearFaults: () => view('DELETE', '/faults'),
    stop: async () => {
      await call('POST', '/stop');
      while (isProcessAlive(running.pid)) await setTimeout(stopPollMs);
    },
  };
}
