/** What every history does, on whatever database: the same tests on SQLite and on a real PostgreSQL server. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InputError, OwnFaultError } from '../../src/errors.ts';
import { GENESIS } from '../../src/ledger/chain.ts';
import { eventFacts } from '../../src/ledger/event-facts.ts';
import { checkpointFiles, type LedgerOptions } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { EVENT_SCHEMAS, type Ledger, type LedgerEvent, type RowFilter } from '../../src/ledger/schema.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { deployed, incident, oneOfEach, sealed } from '../unit/ledger/told-events.ts';
import { useServer } from './support/server.ts';

const server = useServer();

const PLACES: Record<string, () => Promise<LedgerOptions>> = {
  SQLite: async () => ({ stateDir: temporaryFolder(), now: at }),
  PostgreSQL: async () => ({ stateDir: temporaryFolder(), now: at, store: await server.fresh() }),
};

async function open(options: LedgerOptions): Promise<Ledger> {
  const ledger = await openLedger(options);
  onTestFinished(() => ledger.close());
  return ledger;
}

async function keys(ledger: Ledger, filter?: RowFilter): Promise<string[]> {
  return (await ledger.rows(filter)).map(({ key }) => key);
}

async function openWith(options: LedgerOptions, entries: readonly (readonly [string, LedgerEvent])[]): Promise<Ledger> {
  const ledger = await open(options);
  for (const [key, event] of entries) await ledger.append(event, key);
  return ledger;
}

describe.each(Object.entries(PLACES))('a history on %s', (_, place) => {
  it('gives back what was appended, chained from the beginning', async () => {
    const options = await place();
    await openWith(
      options,
      [1, 2, 3].map((n) => [`run-${n}`, intended(`run-${n}`)] as const),
    );
    const again = await open({ ...options, create: false });
    const rows = await again.rows();
    expect(rows.map(({ seq, key, at: time }) => [seq, key, time])).toEqual(
      [1, 2, 3].map((n) => [n, `run-${n}`, at().toISOString()]),
    );
    expect(rows.map(({ prev }) => prev)).toEqual([GENESIS, rows[0]?.hash, rows[1]?.hash]);
    expect(rows[0]?.event).toEqual(intended('run-1'));
    expect(await again.verify()).toEqual([]);
    expect(await again.size()).toBe(3);
  });

  it('makes the same hashes as every other', async () => {
    const ledger = await openWith(
      await place(),
      oneOfEach().map(([event], index) => [`k-${index}`, event] as const),
    );
    const sqlite = await openWith(
      { stateDir: temporaryFolder(), now: at },
      oneOfEach().map(([event], index) => [`k-${index}`, event] as const),
    );
    expect((await ledger.rows()).map(({ hash }) => hash)).toEqual((await sqlite.rows()).map(({ hash }) => hash));
  });

  it('keeps every letter, whatever it is', async () => {
    const words = ['\u0000 \ud800 \\u0000 "\'; DROP TABLE gate10_events; --', 'ß ✓ 日本 🚀'];
    const ledger = await openWith(await place(), [['k', sealed('run-1', at().toISOString(), { because: words })]]);
    expect((await ledger.rows())[0]?.event).toMatchObject({ because: words });
    expect(await ledger.verify()).toEqual([]);
  });

  it('stores the same event under the same key once, and refuses another one', async () => {
    const ledger = await open(await place());
    const first = await ledger.append(intended('run-1'), 'k');
    expect(await ledger.append(intended('run-1'), 'k')).toEqual(first);
    await expect(ledger.append(intended('run-2'), 'k')).rejects.toThrow(
      /the key "k" is taken by another event \(seq 1\)/,
    );
    expect(await keys(ledger)).toEqual(['k']);
  });

  it('refuses an event that it does not know', async () => {
    const ledger = await open(await place());
    const unknown = { ...intended('x'), type: 'run.blessed' } as unknown as LedgerEvent;
    await expect(ledger.append(unknown, 'k')).rejects.toThrow(OwnFaultError);
    expect(await ledger.rows()).toEqual([]);
  });

  it('keeps apart what one process appends at once', async () => {
    const ledger = await open(await place());
    await Promise.all([1, 2, 3, 4, 5].map((n) => ledger.append(intended(`run-${n}`), `run-${n}`)));
    expect(await ledger.verify()).toEqual([]);
    expect((await keys(ledger)).sort()).toEqual(['run-1', 'run-2', 'run-3', 'run-4', 'run-5']);
  });

  it('is not there before it was begun', async () => {
    const options = await place();
    await expect(openLedger({ ...options, create: false })).rejects.toThrow(InputError);
    await openWith(options, []);
    expect(await (await open({ ...options, create: false })).size()).toBe(0);
  });

  it('notes its head outside of the database, in both places, and refuses to go on where it does not have it', async () => {
    const options = { ...(await place()), externalCheckpoint: path.join(temporaryFolder(), 'copy.json') };
    const ledger = await openWith(options, [['k', intended('run-1')]]);
    const [row] = await ledger.rows();
    for (const file of checkpointFiles(options)) {
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ at: row?.at, count: 1, head: row?.hash });
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, JSON.stringify({ at: row?.at, count: 7, head: row?.hash }));
      await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(
        /stands for \(7 rows\).*gate10 history verify/,
      );
      expect(await ledger.verify()).toMatchObject([{ class: 'truncated', seq: 2 }]);
      writeFileSync(file, text);
    }
    expect((await ledger.append(intended('next'), 'next')).seq).toBe(2);
  });
});

describe.each(Object.entries(PLACES))('many events at once on %s', (_, place) => {
  const many = (count: number) =>
    Array.from({ length: count }, (__, index) => ({
      event: deployed(`d-${index}`, at().toISOString()),
      key: `d-${index}`,
    }));

  it('are added in order, once, whole', async () => {
    const ledger = await openWith(await place(), [['d-3', deployed('d-3', at().toISOString())]]);
    expect(await ledger.appendAll(many(2100))).toEqual({ added: 2099, known: 1 });
    expect(await ledger.appendAll(many(2100))).toEqual({ added: 0, known: 2100 });
    expect(await ledger.verify()).toEqual([]);
    expect((await keys(ledger)).slice(0, 4)).toEqual(['d-3', 'd-0', 'd-1', 'd-2']);
    expect(await ledger.size()).toBe(2100);
  });

  it('are none where one of them cannot be taken', async () => {
    const ledger = await openWith(await place(), [['d-1500', deployed('other', at().toISOString())]]);
    await expect(ledger.appendAll(many(2000))).rejects.toThrow(/the key "d-1500" is taken/);
    await expect(
      ledger.appendAll([...many(3), { event: { type: 'no' } as unknown as LedgerEvent, key: 'x' }]),
    ).rejects.toThrow(OwnFaultError);
    expect(await ledger.size()).toBe(1);
    expect((await ledger.append(intended('next'), 'next')).seq).toBe(2);
    expect(await ledger.verify()).toEqual([]);
  });

  it('are told by file and line where a person handed them over', async () => {
    const ledger = await openWith(await place(), [['k', deployed('other', at().toISOString())]]);
    const event = deployed('d-1', at().toISOString());
    const problem = ledger.appendAll([{ event, key: 'k', place: { file: 'a.jsonl', line: 7 } }]);
    await expect(problem).rejects.toThrow(/a\.jsonl:7.*the key "k" is taken by another event \(seq 1\)/);
    await expect(problem).rejects.toThrow(InputError);
  });

  it('are noted in the checkpoint', async () => {
    const options = await place();
    const ledger = await openWith(options, []);
    await ledger.appendAll(many(5));
    expect(JSON.parse(readFileSync(checkpointFiles(options)[0] ?? '', 'utf8'))).toMatchObject({ count: 5 });
  });
});

describe.each(Object.entries(PLACES))('finding rows on %s', (_, place) => {
  it('is by type, kind, system, environment and key', async () => {
    const ledger = await openWith(await place(), [
      ['a', intended('a')],
      ['b', intended('b', { environment: 'staging' })],
      ['c', incident('c', at().toISOString(), { system: 'shop' })],
      ['d', intended('d', { kind: 'check' })],
    ]);
    expect(await keys(ledger, { environment: 'staging' })).toEqual(['b']);
    expect(await keys(ledger, { system: 'shop' })).toEqual(['c']);
    expect(await keys(ledger, { type: 'incident.recorded' })).toEqual(['c']);
    expect(await keys(ledger, { environment: 'production', type: 'run.intended' })).toEqual(['a', 'd']);
    expect(await keys(ledger, { environment: 'nowhere' })).toEqual([]);
    expect(await keys(ledger, { kind: 'check' })).toEqual(['d']);
    expect(await keys(ledger, { type: ['incident.recorded', 'run.intended'], system: 'mosaic' })).toEqual([
      'a',
      'b',
      'd',
    ]);
    expect(await keys(ledger, { type: [] })).toEqual([]);
    expect(await keys(ledger, { key: 'c' })).toEqual(['c']);
    expect(await keys(ledger, { key: 'c', type: 'run.intended' })).toEqual([]);
    expect(await keys(ledger, {})).toEqual(['a', 'b', 'c', 'd']);
  });

  it('by time takes every type of event by the time that it has, to the millisecond', async () => {
    const all = oneOfEach();
    expect(all.map(([event]) => event.type).sort()).toEqual(Object.keys(EVENT_SCHEMAS).sort());
    const ledger = await openWith(
      await place(),
      all.map(([event]) => [event.type, event] as const),
    );
    for (const [event, time] of all) {
      const later = new Date(Date.parse(time) + 1).toISOString();
      expect(await keys(ledger, { since: time, until: later })).toEqual([event.type]);
      expect(await keys(ledger, { since: later, until: later })).toEqual([]);
      expect(await keys(ledger, { type: event.type, since: time })).toEqual([event.type]);
      expect(await keys(ledger, { type: event.type, until: time })).toEqual([]);
      expect(eventFacts(event).minute).toBe(time.slice(0, 16));
    }
  });

  it('takes times with and without parts of a second', async () => {
    const times = [
      '2026-03-01T10:20:00Z',
      '2026-03-01T10:20:00.5Z',
      '2026-03-01T10:20:59.999999Z',
      '2026-03-01T10:21:00.000Z',
    ];
    const ledger = await openWith(
      await place(),
      times.map((time) => [time, deployed(time, time)] as const),
    );
    expect(await keys(ledger, { since: '2026-03-01T10:20:00.000Z', until: '2026-03-01T10:21Z' })).toEqual(
      times.slice(0, 3),
    );
    expect(await keys(ledger, { since: '2026-03-01T10:20:30Z' })).toEqual(times.slice(2));
  });

  it('goes page by page through more than a page', async () => {
    const ledger = await open(await place());
    const hour = (index: number): string => new Date(Date.UTC(2026, 0, 1, index)).toISOString();
    await ledger.appendAll(
      Array.from({ length: 2500 }, (__, index) => ({ event: deployed(`d-${index}`, hour(index)), key: `d-${index}` })),
    );
    for (const filter of [undefined, { type: 'deployment.recorded' }, { since: hour(0) }] as const) {
      const seen: number[] = [];
      for await (const { seq } of ledger.eachRow(filter)) seen.push(seq);
      expect(seen).toEqual(Array.from({ length: 2500 }, (__, index) => index + 1));
    }
    // what is appended on the way disturbs nothing
    for await (const { seq } of ledger.eachRow()) if (seq === 1500) await ledger.append(intended('x'), 'x');
    expect(await ledger.size()).toBe(2501);
  });

  it('counts months by system, environment and outcome, and other types not', async () => {
    const failed = { outcome: 'failed' as const };
    const ledger = await openWith(await place(), [
      ['a', deployed('a', '2026-01-31T23:59:59.999Z')],
      ['b', deployed('b', '2026-02-01T00:00:00Z', failed)],
      ['c', deployed('c', '2026-02-28T12:00:00Z')],
      ['d', deployed('d', '2026-02-28T12:00:00Z')],
      ['e', deployed('e', '2026-02-28T12:00:00Z', { system: 'shop', environment: 'staging' })],
      ['f', sealed('f', '2026-02-28T12:00:00Z', { verdict: 'failed' })],
    ]);
    const own = { system: 'mosaic', environment: 'production' };
    const count = ledger.countPerMonth({ type: 'deployment.recorded' });
    expect(await count).toEqual([
      { ...own, month: '2026-01', outcome: 'succeeded', count: 1 },
      { ...own, month: '2026-02', outcome: 'failed', count: 1 },
      { ...own, month: '2026-02', outcome: 'succeeded', count: 2 },
      { system: 'shop', environment: 'staging', month: '2026-02', outcome: 'succeeded', count: 1 },
    ]);
    expect(await ledger.countPerMonth({ type: 'deployment.recorded', system: 'shop' })).toHaveLength(1);
    expect(await ledger.countPerMonth({ type: 'run.sealed' })).toEqual([
      { ...own, month: '2026-02', outcome: 'failed', count: 1 },
    ]);
    expect(await ledger.countPerMonth({ type: 'run.refused' })).toEqual([]);
  });
});
