import { describe, expect, test } from 'vitest';
import { sendWithRetry, type Tried } from '../../../../src/response/notify/send.ts';

const RULES = { times: 4, backoff: 1000, most: 3000, deadline: 100, retryAfter: 60_000 };
const passing = (more: object = {}): Tried => ({ ok: false, why: 'it answers 500', passing: true, ...more });
const refused: Tried = { ok: false, why: 'it answers 400', passing: false };
const ok: Tried = { ok: true };

async function send(answers: readonly Tried[], random = 1) {
  const pauses: number[] = [];
  let asked = 0;
  const sent = await sendWithRetry(
    async () => {
      asked += 1;
      return answers[asked - 1] ?? refused;
    },
    RULES,
    {
      clock: {
        sleep: async (ms) => {
          pauses.push(ms);
        },
      },
      random: () => random,
    },
  );
  return { ...sent, asked, pauses };
}

describe('a message', () => {
  test.each<[string, readonly Tried[], object]>([
    ['that arrives is sent once', [ok], { outcome: 'delivered', attempts: 1, asked: 1, pauses: [] }],
    ['is tried again after a passing failure', [passing(), ok], { outcome: 'delivered', attempts: 2, pauses: [1000] }],
    ['that is refused for good is not tried again', [refused, ok], { outcome: 'failed', attempts: 1, asked: 1 }],
    [
      'has failed after all attempts, with pauses that double up to the longest',
      [passing(), passing(), passing(), passing(), ok],
      { outcome: 'failed', attempts: 4, pauses: [1000, 2000, 3000], why: 'it answers 500', isGone: true },
    ],
    ['waits as long as it is asked to', [passing({ retryAfterMs: 7000 }), ok], { attempts: 2, pauses: [7000] }],
    ['waits its own pause where it is asked for less', [passing({ retryAfterMs: 1 }), ok], { pauses: [1000] }],
    [
      'is given up where it is asked to wait too long',
      [passing({ retryAfterMs: 3_600_000 }), ok],
      { outcome: 'failed', attempts: 1, pauses: [], why: expect.stringContaining('wait 3600 s, at most 60 s') },
    ],
  ])('%s', async (_, answers, expected) => {
    expect(await send(answers)).toMatchObject(expected);
  });

  test('does not come at the same moment as those of others: pauses are of any length up to theirs', async () => {
    expect((await send([passing(), passing(), ok], 0.25)).pauses).toEqual([250, 500]);
  });
});
