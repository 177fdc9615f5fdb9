/**
 * Proves Verdaccio with the same suite and no code of its own: healthy → warned (its weak content security policy), exit 0;
 * nginx pointed at a dead host → failed with the integration layer named; repaired → warned again, the incident closed.
 * Exit code 0 only when all three came out so.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { install } from './install.ts';
import { isHealthy, type Outcome, prove } from './prove.ts';
import { type Stand, startStand } from './stand.ts';

async function openIncidents(stateDir: string): Promise<number> {
  const files = await readdir(path.join(stateDir, 'incidents')).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(path.join(stateDir, 'incidents', file), 'utf8')));
  return texts.filter((text) => !/Status[^\n]*closed \d/.test(text)).length;
}

function report(name: string, holds: boolean, outcome: Outcome): boolean {
  const found = `exit ${outcome.exitCode}, ${outcome.verdict}${outcome.failedLayers.length > 0 ? `, failed: ${outcome.failedLayers.join(', ')}` : ''}`;
  process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${name}: ${found}\n`);
  return holds;
}

async function scenario(stand: Stand, stateDir: string): Promise<boolean> {
  const run = () => prove({ how: 'run', env: stand.env, stateDir });
  const healthy = await run();
  const first = report('healthy Verdaccio is let through', isHealthy(healthy), healthy);
  await stand.setFront({ upstream: stand.ports.dead });
  const broken = await run();
  const named = broken.exitCode === 1 && broken.verdict === 'failed' && broken.failedLayers.includes('integration');
  const second = report('a proxy to a dead host is failed, and integration is named', named, broken);
  await stand.setFront({});
  const repaired = await run();
  const closed = isHealthy(repaired) && (await openIncidents(stateDir)) === 0;
  const third = report('repaired Verdaccio is let through, and the incident is closed', closed, repaired);
  return first && second && third;
}

await install();
const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-verdaccio-'));
const stand = await startStand(dir);
try {
  process.exitCode = (await scenario(stand, path.join(dir, 'state'))) ? 0 : 1;
} finally {
  await stand.stop();
  await rm(dir, { recursive: true, force: true });
}
