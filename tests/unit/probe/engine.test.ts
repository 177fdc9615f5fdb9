import { afterEach, describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/probe/plan.ts';
import type { Plan } from '../../../src/probe/schema.ts';
import { API_KEY, closeStands, planOf, rowsOf, run, stand } from './engine-stand.ts';

afterEach(closeStands);

const wire = ({ rows }: Plan): string[] =>
  rows
    .filter(({ by }) => by === 'settle' || by === 'engine')
    .map(({ id }) => id)
    .sort();

describe('a plan', () => {
  it('is the same for the same contract, code and build, and knows what is new', async () => {
    const made = await stand();
    const [first, second] = [await planOf(made), await planOf(made)];
    expect(first).toEqual(second);
    expect(first.newOperations).toEqual(['GET /extra']);
    expect(new Set(first.rows.map(({ id }) => id)).size).toBe(first.rows.length);
  });

  it('is another one for another release before', async () => {
    const made = await stand();
    const first = await planOf(made);
    expect((await planOf({ ...made, previous: '' })).digest).not.toBe(first.digest);
  });

  it('demands nothing new where the contract does not say how it can be known, and says why', async () => {
    const made = await stand({ code: '' });
    const plan = await planOf(made);
    expect(plan.rows.map(({ id }) => id).filter((id) => id.startsWith('endpoints.new'))).toEqual([]);
    expect(plan).toMatchObject({ newOperations: [], newOperationsUnknown: expect.stringContaining('code.openapi') });
    expect(rowsOf(await run(made, plan)).filter(({ status }) => status !== 'passed')).toEqual([]);
  });

  it('is refused when nobody says which build has to be running', async () => {
    const { made, tools } = await stand();
    await expect(makePlan(made.system, { expected: {}, git: tools.git })).rejects.toThrow(
      /it is not known which build has to be running .*GATE10_EXPECT_SHA/,
    );
  });

  it('has no rows for a layer that is declared absent', async () => {
    const absent = 'layers: { endpoints: { absent: "this sample has no endpoints" } }';
    const plan = await planOf(await stand({ yaml: absent }));
    expect(plan.rows.filter(({ layer, by }) => layer === 'endpoints' && by === 'engine')).toEqual([]);
  });
});

const PROMISE =
  'promises:\n  - { id: missing, layer: security, title: Something is there, severity: P1, at: api, steps: [{ request: { path: /nothing }, expect: { json: { /error: none }, status: 404 } }] }';

describe('the engine', () => {
  it('produces every planned row exactly once and ends with their number', async () => {
    const made = await stand();
    const plan = await planOf(made);
    const events = await run(made, plan);
    const rows = rowsOf(events);
    expect(rows.map(({ id }) => id).sort()).toEqual(wire(plan));
    expect(rows.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'end', rows: rows.length });
    expect(
      events.flatMap((event) => (event.type === 'phase' ? [event.phase] : [])).filter((phase) => phase !== 'settling'),
    ).toEqual(['settled', 'checking', 'checked']);
  });

  it('judges nothing against another build, and says so in every row', async () => {
    const made = await stand();
    const plan = await planOf(made);
    made.served = made.previous;
    const events = await run(made, plan);
    const rows = rowsOf(events);
    expect(rows.map(({ id }) => id).sort()).toEqual(wire(plan));
    expect(rows.find(({ id }) => id === 'code-authority.served-commit')?.status).toBe('failed');
    const endpoints = rows.filter(({ layer }) => layer === 'endpoints');
    expect(new Set(endpoints.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['inconclusive not-run']),
    );
    expect(events.some((event) => event.type === 'phase' && event.phase === 'settled')).toBe(false);
  });

  it('says in the row what kept it from being observed', async () => {
    const made = await stand();
    const plan = await planOf(made);
    const extra = { id: 'endpoints.gone', layer: 'endpoints', title: 'x', severity: 'P1', by: 'engine' } as const;
    const rows = rowsOf(await run(made, { ...plan, rows: [...plan.rows, extra] }));
    expect(rows.find(({ id }) => id === 'endpoints.gone')).toMatchObject({
      status: 'inconclusive',
      reason: 'blind',
      message: expect.stringMatching(/changed after the plan was made/),
    });
  });

  it('turns a probe that throws into a row that is blind', async () => {
    const made = await stand();
    const plan = await planOf(made);
    const { client } = made.tools;
    const send: typeof client.send = (input) =>
      input.url.includes('/items') ? Promise.reject(new Error('boom')) : client.send(input);
    const rows = rowsOf(await run({ ...made, tools: { ...made.tools, client: { ...client, send } } }, plan));
    expect(rows.map(({ id }) => id).sort()).toEqual(wire(plan));
    expect(rows.find(({ id }) => id === 'endpoints.api.GET /items')).toMatchObject({
      status: 'inconclusive',
      reason: 'blind',
      message: 'This could not be observed: boom.',
    });
  });

  it('keeps secrets out of every event', async () => {
    const made = await stand({ yaml: PROMISE });
    const events = await run(made, await planOf(made));
    expect(rowsOf(events).find(({ id }) => id === 'security.missing')?.status).toBe('failed');
    expect(JSON.stringify(events)).not.toContain(API_KEY);
    expect(JSON.stringify(events)).toContain('[redacted:API_KEY]');
  });

  it('ends with its reason when it is stopped', async () => {
    const made = await stand();
    const events = await run(made, await planOf(made), AbortSignal.abort());
    expect(events.at(-1)).toMatchObject({ type: 'end', error: expect.stringContaining('stopped before its end') });
  });
});
