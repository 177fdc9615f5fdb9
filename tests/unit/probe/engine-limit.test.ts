import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/probe/journal/journal.ts';
import type { Row } from '../../../src/probe/schema.ts';
import { closeStands, planOf, rowsOf, run, type Stand, stand } from './engine-stand.ts';
import { sendJson } from './serve.ts';

afterEach(closeStands);

const DEADLINES = '{ connect: 5s, headers: 20s, total: 20s, run: 30s, cleanup: 20s }';
/** The contract has to be consistent; how long this test takes is another matter. */
const RUN_MS = 1500;

const promise = (id: string, steps: string): string =>
  `  - { id: ${id}, layer: database, title: Promise ${id} is kept, at: api, ${steps} }\n`;
const BROKEN = promise('broken', 'steps: [{ request: { path: /broken } }]');
const HANGS = promise('hangs', 'steps: [{ request: { path: /hangs } }]');
const WRITES = promise(
  'writes',
  `writes: true, steps: [{ request: { method: POST, path: /things }, expect: { status: 201 } }, { request: { path: /hangs } }],
    cleanup: [{ request: { method: DELETE, path: /things }, expect: { status: 204 } }]`,
);

interface Limited {
  readonly rows: Map<string, Row>;
  readonly asked: readonly string[];
  readonly tookMs: number;
  readonly made: Stand;
}

/** Everything but what is named answers; that hangs for as long as anybody waits, or is taken when the time is over. */
async function runLimited(promises: string, hangs: readonly string[], cleanup = 20_000): Promise<Limited> {
  const asked: string[] = [];
  const nameOf = ({ method, url }: IncomingMessage): string => `${method} ${url?.split('?')[0]}`;
  const made = await stand({
    yaml: `promises:\n${promises}`,
    deadlines: DEADLINES,
    answers: (request, response) => {
      const name = nameOf(request);
      asked.push(name);
      const isLate = hangs.includes(name);
      if (isLate && name === 'POST /things') setTimeout(() => sendJson(response, 201, {}), RUN_MS + 200);
      if (isLate) return true;
      if (name === 'GET /broken') sendJson(response, 500, {});
      else if (name === 'POST /things') sendJson(response, 201, {});
      else if (name === 'DELETE /things') response.writeHead(204).end();
      else return false;
      return true;
    },
  });
  const plan = await planOf(made);
  const { system } = made.made;
  const environment = { ...system.environment, deadlines: { ...system.environment.deadlines, run: RUN_MS, cleanup } };
  const startMs = performance.now();
  const events = await run({ ...made, made: { ...made.made, system: { ...system, environment } } }, plan);
  const tookMs = performance.now() - startMs;
  expect(events.at(-1)).toMatchObject({ type: 'end', rows: rowsOf(events).length });
  expect(events.at(-1)).not.toHaveProperty('error');
  const planned = plan.rows.filter(({ by }) => by === 'settle' || by === 'engine').map(({ id }) => id);
  const rows = rowsOf(events);
  expect(rows.map(({ id }) => id).sort()).toEqual(planned.sort());
  return { rows: new Map(rows.map((row) => [row.id, row])), asked, tookMs, made };
}

const CUT = {
  status: 'inconclusive',
  reason: 'insufficient',
  message: expect.stringMatching(/all checks together have 1\.5 s \(environments\.test\.deadlines\.run\)/),
};
const entries = ({ made }: Limited) => readJournal(path.join(made.made.dir, 'journal')).entries;

describe('the time that all checks have together', () => {
  it('ends what hangs: not judged, with the limit named; what was broken stays failed, what was kept passed', async () => {
    const { rows, tookMs } = await runLimited(BROKEN + HANGS, ['GET /hangs']);
    expect(rows.get('database.hangs')).toMatchObject(CUT);
    expect(rows.get('database.broken')).toMatchObject({ status: 'failed' });
    expect(rows.get('code-authority.served-commit')).toMatchObject({ status: 'passed' });
    expect(tookMs).toBeLessThan(RUN_MS + 5000);
  });

  it('begins nothing when it is over: what speaks of what all others saw has seen too little', async () => {
    const { rows } = await runLimited(HANGS.replace('layer: database', 'layer: authentication'), ['GET /hangs']);
    expect(rows.get('authentication.cookies')).toMatchObject(CUT);
  });

  it('leaves time to take away what was written', async () => {
    const limited = await runLimited(WRITES, ['GET /hangs']);
    expect(limited.rows.get('database.writes')).toMatchObject(CUT);
    expect(limited.rows.get('database.writes.undone')).toMatchObject({ status: 'passed' });
    expect(limited.asked).toContain('DELETE /things');
    expect(entries(limited)).toEqual([]);
  });

  it('leaves to the journal what cannot be taken away in time', async () => {
    const limited = await runLimited(WRITES, ['GET /hangs', 'DELETE /things'], 500);
    const said = /not undone: undoing has 0\.5 s .*"npx gate10 cleanup" finishes it/;
    expect(limited.rows.get('database.writes')).toMatchObject(CUT);
    expect(limited.rows.get('database.writes.undone')).toMatchObject({
      status: 'inconclusive',
      reason: 'insufficient',
      message: expect.stringMatching(said),
    });
    expect(entries(limited)).toMatchObject([{ promise: 'writes', left: expect.stringMatching(said) }]);
    expect(limited.tookMs).toBeLessThan(RUN_MS + 500 + 5000);
  });

  it('waits for the end of a write, so that it is known what there is to undo', async () => {
    const limited = await runLimited(WRITES, ['POST /things']);
    expect(limited.rows.get('database.writes')).toMatchObject(CUT);
    expect(limited.rows.get('database.writes.undone')).toMatchObject({ status: 'passed', evidence: { writes: 1 } });
    expect(limited.asked.filter((name) => name.endsWith('/things'))).toEqual(['POST /things', 'DELETE /things']);
    expect(entries(limited)).toEqual([]);
  });
});
