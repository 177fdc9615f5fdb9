/** An import that is killed took all of its rows or none, and the guards of the table stand again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { inspectHistory } from '../../src/ledger/inspect-history.ts';
import { ledgerPaths } from '../../src/ledger/ledger-options.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { at, intended, temporaryFolder } from '../unit/ledger/sample-events.ts';
import { deployed } from '../unit/ledger/told-events.ts';
import { createRandom } from './support/kill-writers.ts';
import { runHistory } from './support/processes.ts';

const ROWS = 20_000;
const ROUNDS = 12;
const gate10 = path.resolve(import.meta.dirname, '../../bin/gate10.js');

async function exportedRows(): Promise<string> {
  const ledger = await openLedger({ stateDir: temporaryFolder(), now: at });
  await ledger.appendAll(
    Array.from({ length: ROWS }, (_, index) => ({
      event: deployed(`d-${index}`, at().toISOString()),
      key: `d-${index}`,
    })),
  );
  const file = path.join(temporaryFolder(), 'export.jsonl');
  writeFileSync(file, (await ledger.rows()).map((row) => `${canonicalJson(row)}\n`).join(''));
  await ledger.close();
  return file;
}

function startImport(stateDir: string, file: string) {
  const env = { ...process.env, GATE10_STATE_DIR: stateDir };
  const child = spawn(process.execPath, [gate10, 'history', 'import', file], { env, stdio: 'ignore' });
  return { child, ended: once(child, 'close') };
}

describe('an import', () => {
  it('that is killed at a random moment leaves a whole history with all of its rows or none, and can be made again', async () => {
    const file = await exportedRows();
    const timing = startImport(temporaryFolder(), file);
    const startedMs = performance.now();
    await timing.ended;
    const wholeMs = performance.now() - startedMs;
    const random = createRandom(5);
    let killed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const stateDir = temporaryFolder();
      const ledger = await openLedger({ stateDir, now: at });
      await ledger.append(intended('own'), 'own');
      await ledger.close();
      const { child, ended } = startImport(stateDir, file);
      // from the middle of its start to a little behind its end
      const timer = setTimeout(() => child.kill('SIGKILL'), (0.3 + random() * 0.8) * wholeMs);
      await ended;
      clearTimeout(timer);
      if (child.signalCode === 'SIGKILL') killed++;
      const { rows, problems } = await inspectHistory({ stateDir, now: at });
      expect(problems).toEqual([]);
      expect([1, ROWS + 1]).toContain(rows);
      const database = new DatabaseSync(ledgerPaths(stateDir).database);
      expect(() => database.exec("INSERT OR REPLACE INTO events VALUES (1, 'a', 'b', 'c', 'd', 'e')")).toThrow(
        /append-only/,
      );
      expect(() => database.exec('DELETE FROM events')).toThrow(/append-only/);
      database.close();
      if (round === 0) {
        expect(runHistory(stateDir, ['import', file]).code).toBe(0);
        expect(await inspectHistory({ stateDir, now: at })).toMatchObject({ rows: ROWS + 1, problems: [] });
      }
    }
    expect(killed).toBeGreaterThan(0);
  }, 600_000);
});
