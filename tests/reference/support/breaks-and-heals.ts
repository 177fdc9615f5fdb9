import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createControl, type Fault, type SystemControl } from '../../../reference-system/attach.ts';
import { createClient } from './client.ts';
import { endProcess, startSystemProcess } from './system-process.ts';
import { type Look, look, type Sight } from './user-day.ts';

/** What is broken, how, where one looks, and what is seen there with the fault and without it. */
export type Case = [fault: string, faults: Fault[], where: Look, broken: Sight, healthy: Sight];

/** A system of its own to break. */
export type BreakableSystem = {
  control: SystemControl;
  /** Asks the replicas of the release that is deployed now. */
  ask: ReturnType<typeof createClient>;
  /** Replaces the replicas: the new ones have addresses of their own. */
  deploy: (release: 'A' | 'B') => Promise<void>;
  /** Sets the faults, looks, takes them away, and looks again. */
  breaksAndHeals: (each: Case) => Promise<void>;
  stop: () => Promise<void>;
};

/** Longer than every deadline of the backend: what it says of a fault is what is looked at. */
const patienceMs = 15_000;

export async function startBreakableSystem(): Promise<BreakableSystem> {
  const stateDir = await mkdtemp(join(tmpdir(), 'gate10-broken-'));
  const up = await startSystemProcess(stateDir);
  const control = createControl(up.system);
  let client = createClient(up.system, patienceMs);
  const ask: ReturnType<typeof createClient> = (...request) => client(...request);
  return {
    control,
    ask,
    deploy: async (release) => {
      client = createClient(await control.deploy(release), patienceMs);
    },
    breaksAndHeals: async ([, faults, where, broken, healthy]) => {
      await control.setFaults(faults);
      expect(await look(ask, where)).toBe(broken);
      await control.clearFaults();
      expect(await look(ask, where)).toBe(healthy);
      expect(await look(ask, 'health')).toBe('200');
    },
    stop: async () => {
      await endProcess(up.process, 'SIGTERM');
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
