/** A share of `npm run mutants`, one of every kind; and that a mutant which nothing sees is said to live. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWER_MUTANTS } from './answers.ts';
import type { Mutant } from './mutant.ts';
import { OTHER_MUTANTS } from './others.ts';
import { type Stand, startStand } from './run-mutants.ts';

const all = [...ANSWER_MUTANTS, ...OTHER_MUTANTS];
const ofEachKind = [...Map.groupBy(all, ({ kind }) => kind).values()].flatMap(([first]) => first ?? []);

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

test('there are as many as were promised, each with a name of its own, in every operation', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set(ANSWER_MUTANTS.map(({ operation }) => operation)).size).toBe(20);
});

describe('the tests of the contract see', () => {
  test.each(ofEachKind)('$id', async (mutant) => {
    const { killedBy } = await stand.run(mutant);
    expect(killedBy?.message).toContain(mutant.operation);
  });
});

test.each(['GET /jobs', 'POST /auth/login'])('without a mutant nothing is found at %s', async (operation) => {
  expect(await stand.findWithout(operation)).toEqual([]);
});

test('a change that nobody could see is a mutant that lives', async () => {
  const answer = { on: 418, status: 500 };
  const harmless: Mutant = { id: 'x', kind: 'none', operation: 'GET /jobs', change: { answer } };
  expect((await stand.run(harmless)).killedBy).toBeUndefined();
});
