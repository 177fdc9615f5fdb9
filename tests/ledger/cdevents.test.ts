/** What `gate10 history export --format cdevents` writes, held against the schemas of CDEvents 0.5.1. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type CdEvent, createCdEvents } from '../../src/ledger/cdevents.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { LedgerEvent, LedgerRow } from '../../src/ledger/schema.ts';
import { at, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { COMMIT, deployed, incident, oneOfEach, sealed } from '../unit/ledger/told-events.ts';
import { runHistory } from './support/processes.ts';

const SCHEMAS = path.join(import.meta.dirname, 'cdevents-schemas');
const read = (name: string) => JSON.parse(readFileSync(path.join(SCHEMAS, name), 'utf8'));

function createValidator(): (event: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const name of readdirSync(path.join(SCHEMAS, 'links'))) ajv.addSchema(read(`links/${name}`));
  const byType = new Map(
    readdirSync(SCHEMAS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const schema = read(name);
        return [schema.properties.context.properties.type.enum[0] as string, ajv.compile(schema)];
      }),
  );
  return (event) => {
    const { type } = (event as CdEvent).context;
    const validate = byType.get(type);
    if (validate === undefined) return [`there is no schema of ${type}`];
    return validate(event) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

const validate = createValidator();
const OTHER = 'b'.repeat(40);
const day = (number: number): string => `2026-03-${String(number).padStart(2, '0')}T10:00:00.000Z`;

function toRows(events: readonly LedgerEvent[]): LedgerRow[] {
  return events.map((event, index) => ({
    ...{ seq: index + 1, at: day(1), key: `k-${index}`, event, prev: 'p', hash: String(index).repeat(8) },
  }));
}

function map(...events: LedgerEvent[]): CdEvent[] {
  return toRows(events).flatMap(createCdEvents());
}

const told = (events: readonly CdEvent[]): string[] =>
  events.map(({ context }) => context.type.replace('dev.cdevents.', '').replace('.0.3.0', ''));
const ran = (number: number, commit: string, change = {}) =>
  sealed(`run-${number}`, day(number), { expected: { commit }, ...change });
const FAILED = {
  verdict: 'failed',
  complete: true,
  exitCode: 1,
  severity: 'P0',
  because: ['/health answers 500'],
} as const;

describe('every event', () => {
  it('of every type of row is valid', () => {
    const events = map(...oneOfEach().map(([event]) => event), ran(10, OTHER, FAILED), ran(11, OTHER));
    expect(events.map((event) => validate(event))).toEqual(events.map(() => []));
    expect(new Set(events.map(({ context }) => context.id)).size).toBe(events.length);
    expect(told(events)).toEqual(
      expect.arrayContaining(['testsuiterun.finished', 'service.deployed', 'incident.detected', 'incident.resolved']),
    );
  });

  it('holds its row, and names what it is about', () => {
    const [event] = map(deployed('d', day(1), { system: 'shop & co', environment: 'prod/eu' }));
    expect(event && validate(event)).toEqual([]);
    expect(event).toMatchObject({
      context: { specversion: '0.5.1', source: '/gate10/shop%20%26%20co/prod%2Feu', timestamp: day(1) },
      subject: {
        id: 'shop & co',
        content: { environment: { id: 'prod/eu' }, artifactId: `pkg:generic/shop%20%26%20co@${COMMIT}` },
      },
      customData: { gate10: { seq: 1, key: 'k-0', event: { type: 'deployment.recorded', outcome: 'succeeded' } } },
    });
  });

  it.each<[string, (event: CdEvent) => unknown]>([
    [
      'an old envelope',
      ({ context: { specversion, ...context }, ...event }) => ({
        ...event,
        context: { ...context, version: specversion },
      }),
    ],
    [
      'no environment',
      (event) => ({ ...event, subject: { ...event.subject, content: { artifactId: 'pkg:generic/a@1' } } }),
    ],
    ['a time that is none', (event) => ({ ...event, context: { ...event.context, timestamp: 'yesterday' } })],
    ['a member more', (event) => ({ ...event, more: 1 })],
  ])('with %s would be found', (_, change) => {
    const [event] = map(deployed('d', day(1)));
    expect(event && validate(change(event))).not.toEqual([]);
  });
});

describe('a deployment', () => {
  it.each<[string, LedgerEvent[], string[]]>([
    ['that is the first is deployed', [deployed('a', day(1))], ['service.deployed']],
    [
      'of a system that ran before is an upgrade',
      [deployed('a', day(1), { previousCommit: OTHER })],
      ['service.upgraded'],
    ],
    [
      'of another commit is an upgrade',
      [deployed('a', day(1)), deployed('b', day(2), { commit: OTHER })],
      ['service.deployed', 'service.upgraded'],
    ],
    [
      'of an earlier commit is a way back',
      [deployed('a', day(1)), deployed('b', day(2), { commit: OTHER }), deployed('c', day(3))],
      ['service.deployed', 'service.upgraded', 'service.rolledback'],
    ],
    [
      'of the same commit again is deployed again',
      [deployed('a', day(1)), deployed('b', day(2))],
      ['service.deployed', 'service.deployed'],
    ],
    [
      'in another environment knows nothing of this one',
      [deployed('a', day(1)), deployed('b', day(2), { commit: OTHER, environment: 'staging' })],
      ['service.deployed', 'service.deployed'],
    ],
    ['that was proven is deployed', [ran(1, COMMIT)], ['testsuiterun.finished', 'service.deployed']],
    [
      'that was proven twice is deployed once',
      [ran(1, COMMIT), ran(2, COMMIT)],
      ['testsuiterun.finished', 'service.deployed', 'testsuiterun.finished'],
    ],
    ['that failed is none', [ran(1, COMMIT, FAILED)], ['testsuiterun.finished']],
    ['that was proven in part is none', [ran(1, COMMIT, { complete: false })], ['testsuiterun.finished']],
    ['that was only checked is none', [ran(1, COMMIT, { kind: 'check' })], ['testsuiterun.finished']],
    [
      'of the build before the one that failed is a way back',
      [ran(1, COMMIT), ran(2, OTHER, FAILED), ran(3, COMMIT)],
      [
        'testsuiterun.finished',
        'service.deployed',
        'testsuiterun.finished',
        'testsuiterun.finished',
        'service.rolledback',
      ],
    ],
    [
      'of a build that failed first and was proven then is an upgrade',
      [ran(1, COMMIT), ran(2, OTHER, FAILED), ran(3, OTHER)],
      [
        'testsuiterun.finished',
        'service.deployed',
        'testsuiterun.finished',
        'testsuiterun.finished',
        'service.upgraded',
      ],
    ],
  ])('%s', (_, events, expected) => {
    expect(told(map(...events))).toEqual(expected);
  });
});

describe('a run', () => {
  it.each([
    ['passed', 'success'],
    ['warned', 'success'],
    ['failed', 'failure'],
    ['inconclusive', 'error'],
  ] as const)('that is %s is a %s', (verdict, outcome) => {
    expect(map(ran(1, COMMIT, { verdict }))[0]?.subject.content).toMatchObject({ outcome });
  });

  it('that failed says how bad and why', () => {
    const [event] = map(ran(1, COMMIT, FAILED));
    expect(event?.subject.content).toMatchObject({ severity: 'critical', reason: '/health answers 500' });
  });
});

describe('an incident', () => {
  it('is detected once and resolved once, whether it is told in one or in two', () => {
    expect(told(map(incident('i', day(1)), incident('i', day(1), { resolvedAt: day(2) })))).toEqual([
      'incident.detected',
      'incident.resolved',
    ]);
    expect(told(map(incident('i', day(1), { resolvedAt: day(2) })))).toEqual([
      'incident.detected',
      'incident.resolved',
    ]);
  });
});

it('gate10 history export --format cdevents prints them, one a line, and says how many rows have none', async () => {
  const stateDir = temporaryFolder();
  const ledger = await openLedger({ stateDir, now: at });
  for (const [event] of oneOfEach()) await ledger.append(event, event.type);
  await ledger.append(deployed('late', day(20), { commit: OTHER }), 'late');
  await ledger.close();
  const run = (...parts: string[]) => runHistory(stateDir, ['export', '--format', 'cdevents', ...parts]);
  const whole = run();
  const events = whole.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CdEvent);
  expect(events.flatMap(validate)).toEqual([]);
  expect(events).toHaveLength(7);
  // a sealed and an interrupted run, a deployment and an incident have one
  const without = oneOfEach().length - 4;
  expect(whole).toMatchObject({ code: 0, err: expect.stringContaining(`${without} rows have no CDEvent`) });
  // what came before the cut is not forgotten: another build was there
  expect(
    told(
      run('--since', day(19))
        .out.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ),
  ).toEqual(['service.upgraded']);
});
