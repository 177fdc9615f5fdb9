import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createFaultControlServer } from '../fault-control.ts';
import { createRouteFaults } from '../route-faults.ts';
import { createApp } from './app.ts';
import { attestConfig, readConfig } from './config.ts';
import { createPool } from './database.ts';
import { createBehaviours } from './faults/alteration.ts';

// One replica as a process: configuration from the environment, one line with its addresses, then logs.
const STOP_DEADLINE_MS = 1500;

const config = readConfig(process.env);
const controlToken = process.env['CONTROL_TOKEN']?.trim();
if (!controlToken) throw new Error('Failed to start the backend: CONTROL_TOKEN (missing). Set it in the environment.');

await mkdir(config.uploadDir, { recursive: true });
const pool = createPool(config.databaseUrl);
const behaviours = createBehaviours(pool, () => performance.now());
const faults = createRouteFaults({ random: Math.random, nowMs: () => performance.now() });
const app = await createApp({
  config,
  attestation: attestConfig(process.env),
  pool,
  now: () => new Date(),
  // Silent until the first line is out: whoever starts this reads that line as JSON of its own.
  logger: { level: 'silent', base: { instance_id: config.instanceId }, timestamp: true },
  wrap: faults.wrap,
  alteration: behaviours,
});
const url = await app.listen({ host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT'] ?? 0) });
const control = createFaultControlServer({ '/faults': faults, '/behaviours': behaviours.control }, controlToken);
await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));

process.stdout.write(
  `${JSON.stringify({
    event: 'listening',
    url,
    control: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    instance_id: config.instanceId,
    git_sha: config.gitSha,
  })}\n`,
);
app.log.level = 'info';

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Requests under way may end by themselves; what still hangs at the deadline is cut.
  const cut = setTimeout(() => (app.server as Server).closeAllConnections(), STOP_DEADLINE_MS);
  await app.close();
  clearTimeout(cut);
  control.close();
  control.closeAllConnections();
  await Promise.race([pool.end(), new Promise((resolve) => setTimeout(resolve, STOP_DEADLINE_MS / 5))]);
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
// When the parent started this with a channel, it ends with the parent.
process.on('disconnect', () => void stop());
