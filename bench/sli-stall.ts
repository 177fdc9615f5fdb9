/**
 * Whether the SLI phase feels a stall: a real server that stands still for 400 ms of every 4 s, sampled by the same
 * client and open loop as a run.
 *
 * Truth: of requests that arrive evenly, the share (400 − x) ÷ 4000 waits longer than x, on top of the time that the
 * server takes anyway (measured in the same run, as the median). So P95 = 200 ms + that, and P99 = 360 ms + that.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../src/probe/clock.ts';
import type { Exchange } from '../src/probe/http/exchange.ts';
import { createClient } from '../src/probe/http/request.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../src/probe/sli/histogram.ts';
import { createSampler } from '../src/probe/sli/sampler.ts';
import type { Bar } from './measure.ts';

const STALL = { everyMs: 4000, forMs: 400 };
const RATE_PER_SECOND = 100;
/** Whole periods, so that every moment of a period is sampled equally often. */
const PERIODS = 6;
const ALLOWED = 0.05;

const MAX_IN_FLIGHT = 512;

export async function benchSliStall(): Promise<Bar[]> {
  const clock = systemClock();
  const server = await startStallingServer(clock);
  const deadlines = { connect: 5000, headers: 10_000, total: 15_000 };
  const resolve = (): Promise<string[]> => Promise.resolve(['127.0.0.1']);
  const client = createClient({ resolve, clock, concurrency: MAX_IN_FLIGHT, deadlines, nonce: 'sli-stall' });
  const send = (): Promise<Exchange> => client.send({ url: server.url, retry: false });
  const options = { clock, ratePerSecond: RATE_PER_SECOND, maxInFlight: MAX_IN_FLIGHT, send };
  const latencies = createLatencyHistogram();
  try {
    const count = PERIODS * (STALL.everyMs / 1000) * RATE_PER_SECOND;
    await createSampler<Exchange>(options).take(count, ({ latencyMs, result }) => {
      if (result?.ok === true) latencies.record(latencyMs);
    });
  } finally {
    client.close();
    await server.stop();
  }
  return [toBar(latencies, 0.95), toBar(latencies, 0.99)];
}

function toBar(latencies: LatencyHistogram, quantile: number): Bar {
  const plainMs = latencies.quantileMs(0.5) ?? 0;
  const truthMs = STALL.forMs - (1 - quantile) * STALL.everyMs + plainMs;
  const ratio = (latencies.quantileMs(quantile) ?? 0) / truthMs;
  return {
    what: `P${quantile * 100} over a stall of ${STALL.forMs} ms every ${STALL.everyMs} ms, n = ${latencies.count}`,
    measured: `${ratio.toFixed(3)} × the truth`,
    bar: `within ${ALLOWED * 100} %`,
    holds: Math.abs(ratio - 1) <= ALLOWED,
  };
}

async function startStallingServer(clock: Clock): Promise<{ url: string; stop(): Promise<void> }> {
  const startMs = clock.monotonicMs();
  const server = http.createServer((_, response) => {
    const into = (clock.monotonicMs() - startMs) % STALL.everyMs;
    const stalledMs = into < STALL.forMs ? STALL.forMs - into : 0;
    setTimeout(() => response.end('{}'), stalledMs);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}
