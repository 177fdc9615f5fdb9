import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/probe/clock.ts';

describe('systemClock', () => {
  it('sleeps at least as long as asked', async () => {
    const clock = systemClock();
    const start = clock.monotonicMs();
    await clock.sleep(15);
    expect(clock.monotonicMs() - start).toBeGreaterThanOrEqual(14);
  });

  it('ends a sleep with the reason of the abort', async () => {
    const controller = new AbortController();
    const sleeping = systemClock().sleep(60_000, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(sleeping).rejects.toThrow('stopped');
  });

  it('does not begin a sleep that is aborted already', async () => {
    await expect(systemClock().sleep(60_000, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
