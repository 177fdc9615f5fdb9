import { afterEach, describe, expect, it } from 'vitest';
import { fillGiven, undoingOf } from '../../../../src/probe/journey/given-values.ts';
import { announcedWrite, seenWrites } from '../../../../src/probe/journey/journey-writes.ts';
import { planJourneys } from '../../../../src/probe/journey/plan-journeys.ts';
import { toJourneyRows, toUnwalkedRows } from '../../../../src/probe/journey/to-journey-rows.ts';
import { makePlan } from '../../../../src/probe/plan.ts';
import { createTools } from '../../../../src/probe/tools.ts';
import { type TestSystem, testSystem } from '../system.ts';
import { testClock } from '../test-clock.ts';
import { HOST, resource, seen } from './seen.ts';

const JOURNEYS = `journeys:
  - { id: browse, layer: endpoints, title: A visitor browses, smoke: true }
  - id: order
    layer: database
    title: A customer orders a book
    writes: true
    given: { email: "gate10-{{run.id}}-{{run.journey}}@shop.example", password: "{{secret.SHOP_PASSWORD}}" }
    cleanup:
      - request: { method: POST, path: /login, json: { user: "{{email}}", password: "{{password}}" } }
layers: { endpoints: declared, database: declared, frontend: declared, runtime: declared, code-authority: declared }`;
const AT = '2026-01-01T00:00:00.000Z';

let made: TestSystem;
afterEach(() => made.close());

function shop(yaml = JOURNEYS): TestSystem {
  const at = `https://${HOST}`;
  const secret = { SHOP_PASSWORD: 'a standing password' };
  made = testSystem({ app: at, api: at, yaml, environment: '    secrets: [SHOP_PASSWORD]', env: secret });
  return made;
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe('the plan', () => {
  it('has the smoke journeys in every run, and all of them where they are asked for', () => {
    const { system } = shop();
    const smoke = ['endpoints.journey.browse', 'frontend.journey.browse.complaints'];
    expect(idsOf(planJourneys(system, { which: 'smoke', ways: [''] }))).toEqual(smoke);
    const all = idsOf(planJourneys(system, { which: 'all', ways: ['', 'mobile'] }));
    expect(all).toContain('database.journey.order.undone');
    expect(all).toContain('database.journey.order@mobile.undone');
    expect(all).toHaveLength(2 * (3 + 4));
  });

  it('is that of the whole suite with its smoke journeys, or of the journeys alone', async () => {
    const { system } = shop();
    const { git, client } = createTools(system, { clock: testClock(), nonce: 'n', path: process.env['PATH'] });
    const input = { expected: { commit: 'abcdef1' }, git };
    const whole = await makePlan(system, input);
    const alone = await makePlan(system, {
      ...input,
      producers: ['settle', 'journey', 'confirm'],
      journeys: { which: 'all', ways: [''] },
    });
    client.close();
    expect(whole.rows.filter(({ by }) => by === 'journey')).toHaveLength(2);
    expect(alone.rows.filter(({ by }) => by === 'journey')).toHaveLength(7);
    expect(new Set(alone.rows.map(({ by }) => by))).toEqual(new Set(['settle', 'journey', 'confirm']));
    expect(alone.digest).not.toBe(whole.digest);
  });
});

describe('the rows of a journey', () => {
  it('are exactly those that were planned for it, whatever it saw', () => {
    const { system } = shop();
    const planned = planJourneys(system, { which: 'all', ways: ['', 'mobile'] });
    const journey = system.contract.journeys[1] as (typeof system.contract.journeys)[number];
    const own = idsOf(planned).filter((id) => id.includes('journey.order@mobile'));
    const base = { journey, way: 'mobile', at: AT };
    const undone = { judgement: { status: 'passed' as const }, exchanges: [], gone: true };
    const rows = toJourneyRows(planned, system, { ...base, seen: seen(), undone, durationMs: 7 });
    expect(idsOf(rows)).toEqual(own);
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed']);
    const broken = seen({ error: 'Error: expect(locator).toBeVisible() failed' });
    expect(
      toJourneyRows(planned, system, { ...base, seen: broken, durationMs: 7 }).map(({ status }) => status),
    ).toEqual(['failed', 'inconclusive', 'inconclusive', 'inconclusive']);
    const unwalked = toUnwalkedRows(planned, { ...base, why: 'there is no browser', reason: 'blind' });
    expect(idsOf(unwalked)).toEqual(own);
    expect(new Set(unwalked.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['inconclusive blind']),
    );
  });
});

describe('what a journey is given', () => {
  it('is of this run and this journey, and a secret of the environment is never written down', () => {
    const { system, context } = shop();
    const journey = system.contract.journeys[1] as (typeof system.contract.journeys)[number];
    const { given, values, secrets } = fillGiven(journey, 'order-mobile', context);
    expect(given).toEqual({ email: 'gate10-run-1-order-mobile@shop.example', password: 'a standing password' });
    expect([...secrets]).toEqual([['password', 'a standing password']]);
    expect(values.get('email')).toBe(given['email']);
    expect(values.has('password')).toBe(false);
    const { cleanup } = undoingOf(journey);
    expect(cleanup[0]?.request.json).toEqual({ user: '{{email}}', password: '{{secret.SHOP_PASSWORD}}' });
  });
});

describe('what a journey wrote', () => {
  it.each([
    [201, 'taken'],
    [409, 'refused'],
    [408, 'unknown'],
    [500, 'unknown'],
    [null, 'unknown'],
  ])('with the status %s is %s', (status, outcome) => {
    const requests = [
      resource(),
      resource({ method: 'POST', status }),
      resource({ method: 'POST', host: 'ads.example' }),
    ];
    expect(seenWrites(requests, [HOST], AT)).toMatchObject([{ request: `POST https://${HOST}/`, outcome }]);
  });

  it('is not believed to be nothing', () => {
    expect(seenWrites([resource()], [HOST], AT)).toMatchObject([{ outcome: 'unknown' }]);
    expect(announcedWrite('https://shop.example', '{}', AT)).toMatchObject({ outcome: 'sent' });
  });
});
