/** `npm run ledger:kills -- [--rounds 1000] [--writers 4] [--seed 1]`: kill -9 at random, and nothing acknowledged is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, killWriters } from './support/kill-writers.ts';
import { spawnWriter } from './support/writer.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    writers: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const stateDir = mkdtempSync(path.join(tmpdir(), 'gate10-kills-'));
const store = process.env['GATE10_LEDGER'] || undefined;
const place = { stateDir, ...(store && { store }) };
try {
  const random = createRandom(Number(values.seed));
  const startedMs = performance.now();
  const seen = await killWriters({ ...place, writers: Number(values.writers), kills: Number(values.rounds), random });
  const goesOn = (await spawnWriter(place, 'afterwards', 1).ended) === 0;
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`${JSON.stringify({ seed: Number(values.seed), ...seen, goesOn, seconds })}\n`);
  const holds = seen.lost.length === 0 && seen.problems.length === 0 && goesOn && seen.kills === Number(values.rounds);
  process.exitCode = holds ? 0 : 1;
} finally {
  rmSync(stateDir, { recursive: true, force: true });
}
