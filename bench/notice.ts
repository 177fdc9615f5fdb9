/** How long after the new build began to answer the settle phase knows it: at most one poll interval and one round trip. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSystem } from '../src/contract/load-system.ts';
import { systemClock } from '../src/probe/clock.ts';
import { settle } from '../src/probe/identity/settle.ts';
import { createTools } from '../src/probe/tools.ts';
import { type Bar, median } from './measure.ts';
import { writeProject } from './project.ts';

const TRIALS = 30;

/** Serves version 0.9.0 until `flip`, then 1.0.0; notes when it flipped. */
async function startFlippingServer(): Promise<{
  url: string;
  arm(afterMs: number): void;
  flippedAtMs(): number;
  stop(): Promise<void>;
}> {
  let version = '0.9.0';
  let flippedMs = Number.NaN;
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ version, instance_id: 'bench', started_at: '2026-01-01T00:00:00Z' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    arm(afterMs) {
      version = '0.9.0';
      void delay(afterMs).then(() => {
        version = '1.0.0';
        flippedMs = Date.now();
      });
    },
    flippedAtMs: () => flippedMs,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

export async function benchNotice(): Promise<Bar[]> {
  const server = await startFlippingServer();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-bench-'));
  try {
    await writeProject(dir, server.url, 1, 16);
    const system = loadSystem({ contractsDir: path.join(dir, 'contracts'), environment: 'bench', env: {} });
    const pollMs = system.environment.settle.poll;
    const clock = systemClock();
    const tools = createTools(system, { clock, nonce: 'bench', path: process.env['PATH'] });
    const lagsMs: number[] = [];
    const tripsMs: number[] = [];
    for (let trial = 0; trial < TRIALS; trial += 1) {
      server.arm(200 + ((trial * 37) % 211));
      const result = await settle({
        system,
        plan: { expected: { version: '1.0.0' } },
        clock,
        ...tools,
      });
      if (!result.settledAt) throw new Error(`trial ${trial} did not settle: ${JSON.stringify(result.rows)}`);
      lagsMs.push(Date.parse(result.settledAt) - server.flippedAtMs());
      const startMs = performance.now();
      await tools.client.send({ url: `${server.url}/__version`, method: 'GET', fresh: true });
      tripsMs.push(performance.now() - startMs);
    }
    const worstMs = Math.max(...lagsMs);
    const limitMs = pollMs + Math.max(...tripsMs);
    return [
      {
        what: `time to notice the new build, ${TRIALS} deployments, poll every ${pollMs} ms`,
        measured: `median ${median(lagsMs).toFixed(0)} ms, worst ${worstMs.toFixed(0)} ms`,
        bar: `≤ ${limitMs.toFixed(0)} ms (poll + round trip)`,
        holds: worstMs <= limitMs,
      },
    ];
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
