import { describe, expect, it } from 'vitest';
import { runControls } from '../../../src/probe/controls.ts';
import { judgeAnswer } from '../../../src/probe/flow/judge-answer.ts';
import { type Client, createClient } from '../../../src/probe/http/request.ts';
import { testClock } from './test-clock.ts';

function client(): Client {
  const deadlines = { connect: 500, headers: 600, total: 700 };
  return createClient({
    resolve: () => Promise.resolve([]),
    clock: testClock(),
    concurrency: 4,
    deadlines,
    nonce: 'n',
  });
}

describe('controls', () => {
  it('behave: the good server is passed, the bad one failed', async () => {
    expect(await runControls({ client: client(), nonce: 'abc' })).toEqual({ good: 'passed', bad: 'failed' });
  });

  it('show a judgement that passes everything', async () => {
    const result = await runControls({ client: client(), nonce: 'abc', judge: () => ({ status: 'passed' }) });
    expect(result).toMatchObject({ good: 'passed', bad: 'passed' });
    expect(result.detail).toMatch(/known-bad answer \/status was judged passed/);
  });

  it('show a judgement that fails everything', async () => {
    const result = await runControls({
      client: client(),
      nonce: 'abc',
      judge: () => ({ status: 'failed', message: 'no' }),
    });
    expect(result).toMatchObject({ good: 'failed', bad: 'failed', detail: 'the known-good server was judged failed' });
  });

  it('show a judgement that misses one kind of wrong answer', async () => {
    const result = await runControls({
      client: client(),
      nonce: 'abc',
      judge: ({ json: _, ...expect }, ...rest) => judgeAnswer(expect, ...rest),
    });
    expect(result).toMatchObject({
      good: 'passed',
      bad: 'passed',
      detail: 'the known-bad answer /body was judged passed',
    });
  });

  it('show a network that answers for everybody', async () => {
    const real = client();
    const proxied: Client = { ...real, send: (input) => real.send({ ...input, url: 'http://127.0.0.1:1/' }) };
    expect(await runControls({ client: proxied, nonce: 'abc' })).toMatchObject({ good: 'failed' });
  });
});
