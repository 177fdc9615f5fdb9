import { describe, expect, it } from 'vitest';
import { createLatencyHistogram } from '../../../../src/probe/sli/histogram.ts';
import { createSampler, type TimedResult } from '../../../../src/probe/sli/sampler.ts';
import { virtualClock } from '../virtual-clock.ts';

describe('the histogram', () => {
  it('gives quantiles within a thousandth', () => {
    const histogram = createLatencyHistogram();
    for (let ms = 1; ms <= 1000; ms += 1) histogram.record(ms);
    expect(histogram.count).toBe(1000);
    expect(Math.abs((histogram.quantileMs(0.95) ?? 0) / 950 - 1)).toBeLessThan(0.002);
    expect(Math.abs((histogram.quantileMs(0.99) ?? 0) / 990 - 1)).toBeLessThan(0.002);
  });

  it('bounds a quantile from above by an order statistic, or not at all', () => {
    const histogram = createLatencyHistogram();
    for (let ms = 1; ms <= 58; ms += 1) histogram.record(ms);
    expect(histogram.quantileBoundMs(0.95, 0.95)).toBeNull();
    histogram.record(59);
    expect(histogram.quantileBoundMs(0.95, 0.95)).toBeCloseTo(59, 1);
  });

  it('has no value without data', () => {
    expect(createLatencyHistogram().quantileMs(0.95)).toBeNull();
  });
});

describe('the open loop', () => {
  it('counts latency from the moment when a request was due, over a stall of 400 ms every 4 s', async () => {
    const clock = virtualClock();
    const histogram = createLatencyHistogram();
    const send = (): Promise<void> => {
      const now = clock.monotonicMs();
      const into = now % 4000;
      return into < 400 ? clock.until(now - into + 400) : Promise.resolve();
    };
    const sampler = createSampler({ clock, ratePerSecond: 100, maxInFlight: 512, send });
    await sampler.take(2400, ({ latencyMs }) => histogram.record(latencyMs));
    // Share of requests that wait longer than x: (400 − x) / 4000. So P95 = 200 ms and P99 = 360 ms.
    expect(Math.abs((histogram.quantileMs(0.95) ?? 0) / 200 - 1)).toBeLessThan(0.05);
    expect(Math.abs((histogram.quantileMs(0.99) ?? 0) / 360 - 1)).toBeLessThan(0.05);
  });

  it('counts what is due beyond the limit as overflow', async () => {
    const clock = virtualClock();
    const seen: TimedResult<string>[] = [];
    const sampler = createSampler({
      clock,
      ratePerSecond: 100,
      maxInFlight: 4,
      send: () => clock.until(10_000).then(() => 'late'),
    });
    await sampler.take(10, (timed) => seen.push(timed));
    expect(seen).toHaveLength(10);
    expect(seen.filter(({ result }) => result === undefined)).toHaveLength(6);
    expect(seen.filter(({ result }) => result === 'late')).toHaveLength(4);
  });

  it('tells its own lateness apart', async () => {
    const clock = virtualClock();
    const seen: TimedResult<void>[] = [];
    let slept = 0;
    const sleep = (ms: number): Promise<void> => {
      slept += 1;
      return clock.until(clock.monotonicMs() + ms + (slept === 3 ? 50 : 0));
    };
    const sampler = createSampler({
      clock: { ...clock, sleep },
      ratePerSecond: 100,
      maxInFlight: 8,
      send: () => Promise.resolve(),
    });
    await sampler.take(10, (timed) => seen.push(timed));
    expect(Math.max(...seen.map(({ lateMs }) => lateMs))).toBe(50);
    expect(Math.max(...seen.map(({ latencyMs }) => latencyMs))).toBe(50);
  });

  it('keeps the rate, and goes on counting where it left off', async () => {
    const clock = virtualClock();
    const indices: number[] = [];
    const sampler = createSampler({
      clock,
      ratePerSecond: 50,
      maxInFlight: 8,
      send: (index) => Promise.resolve(indices.push(index)),
    });
    await sampler.take(50, () => undefined);
    expect(clock.monotonicMs()).toBe(980);
    await sampler.take(2, () => undefined);
    expect(indices.at(-1)).toBe(51);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const sampler = createSampler({
      clock: virtualClock(),
      ratePerSecond: 50,
      maxInFlight: 8,
      signal: controller.signal,
      send: (index) => Promise.resolve(index === 3 && controller.abort(new Error('stopped'))),
    });
    await expect(sampler.take(50, () => undefined)).rejects.toThrow('stopped');
  });
});
