/** `gate10 history export` and `import`, as a user runs them: between the two databases and JSON lines, without loss. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { rowHash } from '../../src/ledger/chain.ts';
import { type LedgerOptions, ledgerPaths } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { LedgerEvent } from '../../src/ledger/schema.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { deployed, oneOfEach } from '../unit/ledger/told-events.ts';
import { runHistory } from './support/processes.ts';
import { useServer } from './support/server.ts';

const server = useServer();

const PLACES: Record<string, () => Promise<LedgerOptions>> = {
  SQLite: async () => ({ stateDir: temporaryFolder(), now: at }),
  PostgreSQL: async () => ({ stateDir: temporaryFolder(), now: at, store: await server.fresh() }),
};

const ALL = oneOfEach().map(([event]) => [`key ${event.type}`, event] as const);

async function holding(
  place: () => Promise<LedgerOptions>,
  entries: readonly (readonly [string, LedgerEvent])[] = ALL,
): Promise<LedgerOptions> {
  const options = await place();
  const ledger = await openLedger(options);
  for (const [key, event] of entries) await ledger.append(event, key);
  await ledger.close();
  return options;
}

function history({ stateDir, store }: LedgerOptions, ...parts: string[]) {
  return runHistory(stateDir, parts, store === undefined ? {} : { GATE10_LEDGER: store });
}

function exported(options: LedgerOptions, ...parts: string[]): string {
  const { code, out, err } = history(options, 'export', ...parts);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

function fileOf(text: string): string {
  const file = path.join(temporaryFolder(), 'export.jsonl');
  writeFileSync(file, text);
  return file;
}

const { SQLite, PostgreSQL } = PLACES as {
  SQLite: () => Promise<LedgerOptions>;
  PostgreSQL: () => Promise<LedgerOptions>;
};

describe('a history', () => {
  it('goes from SQLite to PostgreSQL and back with every byte', async () => {
    const before = exported(await holding(SQLite));
    const onServer = await PostgreSQL();
    expect(history(onServer, 'import', fileOf(before))).toMatchObject({
      code: 0,
      out: `${ALL.length} rows added, 0 were there already.\n`,
    });
    const between = exported(onServer);
    expect(between).toBe(before);
    const back = await SQLite();
    expect(history(back, 'import', fileOf(between)).code).toBe(0);
    expect(exported(back)).toBe(before);
    for (const each of [onServer, back]) expect(history(each, 'verify').code).toBe(0);
  });

  it.each(Object.entries(PLACES))('on %s is the same after a second import of the same file', async (_, place) => {
    const file = fileOf(exported(await holding(SQLite)));
    const options = await place();
    history(options, 'import', file);
    const once = exported(options);
    const again = history(options, 'import', file, '--json');
    expect(JSON.parse(again.out)).toEqual({ added: 0, known: ALL.length });
    expect(exported(options)).toBe(once);
  });

  it.each(Object.entries(PLACES))(
    'on %s that is the beginning of the file is continued as it was',
    async (_, place) => {
      const whole = exported(await holding(SQLite));
      const options = await place();
      history(options, 'import', fileOf(whole.split('\n').slice(0, 3).join('\n')));
      expect(history(options, 'import', fileOf(whole)).out).toContain(
        `${ALL.length - 3} rows added, 3 were there already`,
      );
      expect(exported(options)).toBe(whole);
    },
  );

  it.each(Object.entries(PLACES))('on %s that holds other rows takes the events behind its end', async (_, place) => {
    const whole = exported(await holding(SQLite));
    const options = await holding(place, [['own', intended('own')]]);
    expect(history(options, 'import', fileOf(whole)).out).toContain(`${ALL.length} rows added`);
    const rows = exported(options)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ seq, key }) => [seq, key])).toEqual([['own'], ...ALL].map(([key], index) => [index + 1, key]));
    expect(rows.slice(1).map(({ event }) => event)).toEqual(ALL.map(([, event]) => JSON.parse(canonicalJson(event))));
    expect(history(options, 'verify').code).toBe(0);
    expect(history(options, 'import', fileOf(whole)).out).toContain(`0 rows added, ${ALL.length} were there`);
  });
});

describe('a cut', () => {
  it('is by time, system and environment', async () => {
    const options = await holding(SQLite, [
      ['a', deployed('a', '2026-01-01T00:00:00Z')],
      ['b', deployed('b', '2026-02-01T00:00:00Z', { system: 'shop' })],
      ['c', deployed('c', '2026-03-01T00:00:00Z', { environment: 'staging' })],
    ]);
    const keys = (...parts: string[]): string[] =>
      exported(options, ...parts)
        .split('\n')
        .flatMap((line) => (line === '' ? [] : JSON.parse(line).key));
    expect(keys('--since', '2026-02-01')).toEqual(['b', 'c']);
    expect(keys('--until', '2026-02-01')).toEqual(['a']);
    expect(keys('--since', '2026-01-15', '--until', '2026-02-15T00:00:00Z')).toEqual(['b']);
    expect(keys('--system', 'shop')).toEqual(['b']);
    expect(keys('--environment', 'staging')).toEqual(['c']);
    expect(keys('--environment', 'nowhere')).toEqual([]);
  });

  it('is taken only by one who says that rows are missing', async () => {
    const options = await holding(SQLite);
    const file = fileOf(exported(options, '--since', '2026-03-03'));
    const other = await SQLite();
    expect(history(other, 'import', file)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/:1: .*missing.*--partial/),
    });
    expect(history(other, 'import', file, '--partial')).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${ALL.length - 2} rows`),
    });
    expect(history(other, 'verify').code).toBe(0);
  });

  it.each([
    [['--since', 'yesterday'], /--since "yesterday" is not a time/],
    [['--until', '2026-02-31'], /is not a time/],
    [['--format', 'xml'], /--format "xml" is not known.*jsonl or cdevents/],
  ])('of %j is wrong input', async (parts, words) => {
    const { code, err } = history(await holding(SQLite, []), 'export', ...parts);
    expect(err).toMatch(words);
    expect(code).toBe(2);
  });
});

type Row = Record<string, unknown> & { seq: number; event: Record<string, unknown> };

const rehashed = ({ hash: _, ...row }: Row): Row => ({
  ...row,
  hash: rowHash({ ...(row as unknown as Parameters<typeof rowHash>[0]), event: canonicalJson(row.event) }),
});

describe('a file that does not hold', () => {
  const seqOf = (seq: number, change: (row: Row) => Row) => (rows: Row[]) =>
    rows.map((row) => (row.seq === seq ? change(row) : row));

  it.each<[string, (rows: Row[]) => unknown[], number, RegExp]>([
    ['an edited row', seqOf(3, (row) => ({ ...row, event: { ...row.event, runId: 'x' } })), 3, /content that its hash/],
    ['another time', seqOf(2, (row) => ({ ...row, at: '2020-01-01T00:00:00.000Z' })), 2, /content that its hash/],
    [
      'a row hashed anew',
      seqOf(3, (row) => rehashed({ ...row, event: { ...row.event, runId: 'x' } })),
      4,
      /chained to another/,
    ],
    ['a missing row', (rows) => rows.filter(({ seq }) => seq !== 4), 4, /seq 4 to 4 are missing/],
    ['a row twice', (rows) => rows.flatMap((row) => (row.seq === 2 ? [row, row] : [row])), 3, /stands behind/],
    ['rows in another order', (rows) => [...rows].reverse(), 1, /missing/],
    ['a member that no row has', seqOf(5, (row) => ({ ...row, more: 1 })), 5, /no row of a history/],
    [
      'an event of another shape',
      seqOf(ALL.length, (row) => rehashed({ ...row, event: { type: 'run.blessed' } })),
      ALL.length,
      /no event that this gate10/,
    ],
  ])('because of %s is refused with file and line, and nothing of it is taken', async (_, change, line, words) => {
    const rows = exported(await holding(SQLite))
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as Row);
    const file = fileOf(
      change(rows)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    for (const place of [SQLite, PostgreSQL]) {
      const options = await holding(place, [['own', intended('own')]]);
      const { code, err } = history(options, 'import', file);
      expect(err).toMatch(words);
      expect(err).toContain(`export.jsonl:${line}:`);
      expect(err).not.toMatch(/\n\s+at /);
      expect(code).toBe(2);
      expect(exported(options).trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it.each([
    ['no JSON', '{"seq": 1,\n', /:1: this line is not JSON/],
    ['another JSON', '[1, 2]\n', /:1: .*this is no row of a history/],
    ['a key with another event', '', /the key "run-1" is taken by another event \(seq 1\)/],
  ])('because of %s is refused', async (what, text, words) => {
    const options = await holding(SQLite, [['run-1', intended('run-1')]]);
    const other = what.startsWith('a key') ? exported(await holding(SQLite, [['run-1', intended('other')]])) : text;
    const { code, err } = history(options, 'import', fileOf(other));
    expect(err).toMatch(words);
    expect(code).toBe(2);
  });

  it('because it is not there begins no history', () => {
    const stateDir = temporaryFolder();
    expect(runHistory(stateDir, ['import', 'none.jsonl'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/none\.jsonl.*cannot be read/),
    });
    expect(existsSync(ledgerPaths(stateDir).database)).toBe(false);
  });

  it('is not taken into a history that is not whole', async () => {
    const file = fileOf(exported(await holding(SQLite)));
    const options = await holding(SQLite, [['own', intended('own')]]);
    const checkpoint = ledgerPaths(options.stateDir).checkpoint;
    writeFileSync(checkpoint, readFileSync(checkpoint, 'utf8').replace('"count":1', '"count":9'));
    expect(history(options, 'import', file)).toMatchObject({ code: 70, err: expect.stringMatching(/history verify/) });
  });
});
