/** A lane: an embedded system of its own, in which trials run one after the other. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import tls from 'node:tls';
import { type EmbeddedSystem, startEmbeddedSystem } from '../incidents/stand.ts';

export interface Lane {
  readonly index: number;
  /** Everything of this lane lies in it; it is removed with the lane. */
  readonly dir: string;
  readonly system: EmbeddedSystem;
  /** The commit that every run expects. */
  readonly commit: string;
  /** PEM file of a public CA that signed nothing here. */
  readonly foreignCa: string;
  /** What is run in it just now. */
  readonly processes: Set<ChildProcess>;
  /** Ends all that runs in it, too. */
  close(): Promise<void>;
}

/** Rejects where it does not come up, or `signal` is aborted before it does; nothing is left of it then. */
export async function openLane(index: number, signal?: AbortSignal): Promise<Lane> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-lane-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  const system = await startEmbeddedSystem(dir, signal).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const foreignCa = path.join(dir, 'foreign.pem');
  writeFileSync(foreignCa, tls.rootCertificates[0] ?? '');
  const commit = system.running.env['REFERENCE_COMMIT'] ?? '';
  const processes = new Set<ChildProcess>();
  const close = async (): Promise<void> => {
    await Promise.all([...processes].map(endProcess));
    await system.stop();
    await remove();
  };
  return { index, dir, system, commit, foreignCa, processes, close };
}

const END_WITHIN_MS = 3000;

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

const HEAL_WITHIN_MS = 60_000;
const HEAL_POLL_MS = 50;

/** Takes every fault away and waits until each replica and the front door prove it. Throws where they do not. */
export async function heal(lane: Lane, release: string | undefined): Promise<void> {
  const { control } = lane.system;
  await control.clearFaults();
  if (release !== undefined) await control.deploy('B');
  const until = performance.now() + HEAL_WITHIN_MS;
  for (;;) {
    const problem = await findIllness(lane);
    if (problem === undefined) return;
    if (performance.now() > until) throw new Error(`Lane ${lane.index} does not heal: ${problem}`);
    await wait(HEAL_POLL_MS);
  }
}

async function findIllness({ system, commit }: Lane): Promise<string | undefined> {
  const { env } = await system.control.state();
  const ca = readFileSync(env['REFERENCE_CA'] ?? '', 'utf8');
  const names = ['REFERENCE_REPLICA_1', 'REFERENCE_REPLICA_2', 'REFERENCE_API', 'REFERENCE_FRONT_DOOR'];
  const problems = await Promise.all(
    names.map(async (name) => {
      const url = new URL(env[name] ?? '');
      const [health, version] = await Promise.all(
        ['/health', '/__version'].map((path) => read(new URL(path, url), ca)),
      );
      if (!health?.includes('"ok":true')) return `${name}/health says ${health?.slice(0, 200)}`;
      return version?.includes(commit) ? undefined : `${name}/__version says ${version?.slice(0, 200)}`;
    }),
  );
  return problems.find((problem) => problem !== undefined);
}

/** The body, or what went wrong. Names of the system are all at loopback. */
async function read(url: URL, ca: string): Promise<string> {
  if (url.protocol === 'http:') {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: unknown) => error);
    return answer instanceof Response ? answer.text().catch(String) : String(answer);
  }
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname, servername: url.hostname, ca };
    const request = https.get({ ...options, headers: { host: url.host }, agent: false, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
      response.on('error', (error) => resolve(String(error)));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')));
    request.on('error', (error) => resolve(String(error)));
  });
}
