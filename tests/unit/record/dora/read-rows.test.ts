/** How much of a history a report reads, from a real ledger. */
import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../../../src/ledger/open-ledger.ts';
import type { Ledger } from '../../../../src/ledger/schema.ts';
import { listScopes } from '../../../../src/record/dora/list-scopes.ts';
import { readDoraRows } from '../../../../src/record/dora/read-rows.ts';
import { loadDoraRules } from '../../../../src/record/dora/rules.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { incident, run, type ShortEvent, told, toRows } from './oracle/short-history.ts';

const MARCH = { start: '2026-03-01T00:00:00.000Z', end: '2026-04-01T00:00:00.000Z', days: 31 };
const SHOP = { system: 'shop', environment: 'production' };

async function ledgerOf(events: readonly ShortEvent[]): Promise<Ledger> {
  const stateDir = temporaryFolder();
  const ledger = await openLedger({ stateDir, now: () => new Date('2026-04-01T00:00:00.000Z') });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  for (const { event, key } of toRows(events)) await ledger.append(event, key);
  return ledger;
}

const EVENTS: readonly ShortEvent[] = [
  told('aaaaaaa', '2025-11-01T00:00:00.000Z', 'succeeded', { system: 'shop' }),
  told('bbbbbbb', '2026-02-01T00:00:00.000Z', 'succeeded', { system: 'shop' }),
  told('ccccccc', '2026-03-01T00:00:00.000Z', 'succeeded', { system: 'shop' }),
  told('ddddddd', '2026-04-01T00:00:00.000Z', 'succeeded', { system: 'shop' }),
  told('eeeeeee', '2026-03-01T00:00:00.000Z', 'succeeded', { system: 'other' }),
];

async function commitsOf(wholeHistoryRows: number): Promise<{ commits: string[]; notes: readonly string[] }> {
  const { rows, notes } = await readDoraRows(await ledgerOf(EVENTS), SHOP, MARCH, {
    ...loadDoraRules(),
    wholeHistoryRows,
  });
  return { commits: rows.map(({ event }) => ('commit' in event ? (event.commit ?? '') : '')), notes };
}

describe('a report', () => {
  it('reads a short history of its system as a whole', async () => {
    expect(await commitsOf(5)).toEqual({ commits: ['aaaaaaa', 'bbbbbbb', 'ccccccc', 'ddddddd'], notes: [] });
  });

  it('reads of a long one the period and the 90 days before it, and says so', async () => {
    expect(await commitsOf(4)).toEqual({
      commits: ['bbbbbbb', 'ccccccc'],
      notes: ['the history is long: only the period and the 90 days before it were read'],
    });
  });

  it('knows every system and environment, and which of them were ever proven', async () => {
    const ledger = await ledgerOf([
      run('aaaaaaa', 'passed', '9 10:05'),
      run('aaaaaaa', 'passed', '9 10:15', { system: 'engine', kind: 'check' }),
      incident('9 13:00', null, { system: 'shop' }),
      told('bbbbbbb', '9 10:00', 'succeeded', { environment: 'staging' }),
    ]);
    const names = (scopes: readonly { system: string; environment: string }[]): string[] =>
      scopes.map(({ system, environment }) => `${system} ${environment}`);
    expect(names(await listScopes(ledger))).toEqual(['mosaic production', 'mosaic staging', 'shop production']);
    expect(names(await listScopes(ledger, 'proven'))).toEqual(['mosaic production']);
  });
});
