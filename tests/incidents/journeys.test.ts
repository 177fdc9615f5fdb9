/** The journeys of the embedded system, as a user runs them: all pass, each can fail, and nobody synthetic is left. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../reference-system/attach.ts';
import { readJournal } from '../../src/probe/journal/journal.ts';
import { type RunRecord, runRecordSchema } from '../../src/run/schema.ts';
import { openStand, type Proof, type Stand } from './stand.ts';

const IDS = ['search-jobs', 'register', 'log-in-and-out', 'upload-a-file', 'chat-with-the-coach'];
/** What a person waits for is there in a moment, or it is broken. */
const IMPATIENT = { GATE10_READY_WITHIN: '5s', GATE10_ANSWER_WITHIN: '4s' };

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
});
afterEach(async () => {
  await stand.control.clearFaults();
});
afterAll(async () => {
  await stand.stop();
});

function make(specs: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Proof> {
  return stand.prove({ ...env, GATE10_SCREEN: 'on' }, specs, 'journeys');
}

function lastRecord(): RunRecord {
  const runs = path.join(stand.stateDir, 'runs');
  const last = readdirSync(runs).sort().at(-1) ?? '';
  return runRecordSchema.parse(JSON.parse(readFileSync(path.join(runs, last, 'record.json'), 'utf8')));
}

function statusOf(id: string): string | undefined {
  return lastRecord().rows.find((row) => row.id === id)?.status;
}

/** Users and files that a journey left in the database. */
async function leftovers(): Promise<number> {
  const { env } = await stand.control.state();
  const client = new pg.Client({ connectionString: env['REFERENCE_DATABASE_URL'] });
  await client.connect();
  try {
    const sql = `select (select count(*) from users where email like 'gate10-%')
      + (select count(*) from files f join users u on u.id = f.user_id where u.email like 'gate10-%') as left`;
    const { rows } = await client.query<{ left: string }>(sql);
    return Number(rows[0]?.left);
  } finally {
    await client.end();
  }
}

function answering(method: string, url: string, status: number, body = '{}'): Fault {
  const action = { status, body, contentType: 'application/problem+json' };
  return { kind: 'route', at: 'backend', match: { method, path: url }, action };
}

/** Text of what the public host of the frontend serves, changed on its way out. */
function served(where: string, pattern: string, to: string): Fault {
  return { kind: 'edge', at: 'app', match: { path: where }, answer: { replace: [{ pattern, to }] } };
}

describe('the journeys', () => {
  it('all pass, and leave nothing behind; a journey is the proof of no deployment', async () => {
    const proof = await make();
    expect(proof, proof.output).toMatchObject({ exitCode: 0, verdict: { verdict: 'passed' } });
    const record = lastRecord();
    expect(record.kind).toBe('journeys');
    const walked = record.rows.filter(({ id }) => /^[a-z-]+\.journey\.[a-z-]+$/.test(id));
    expect(walked.map(({ id }) => id.replace(/^.*\./, '')).sort()).toEqual([...IDS].sort());
    expect(record.rows.filter(({ id }) => id.endsWith('.undone'))).toHaveLength(4);
    expect(await leftovers()).toBe(0);
    expect(readJournal(path.join(stand.stateDir, 'journal')).entries).toEqual([]);
    expect(await stand.gate10('verify', '--environment', 'embedded')).toMatchObject({ exitCode: 3 });
  });

  it('fail one by one where something breaks them, and name the layer, the step and the page', async () => {
    await stand.control.setFaults([
      answering('GET', '/jobs', 500),
      answering('POST', '/auth/logout', 500),
      answering('POST', '/files', 500),
      answering('POST', '/chat', 502),
    ]);
    const proof = await make([], IMPATIENT);
    await stand.control.clearFaults();
    expect(proof, proof.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    expect(proof.failedLayers.toSorted()).toEqual([
      'authentication',
      'endpoints',
      'external-apis',
      'frontend',
      'storage',
    ]);
    const { rows, runId } = lastRecord();
    const said = (id: string) => rows.find((row) => row.id === id)?.message;
    expect(said('endpoints.journey.search-jobs')).toMatch(/in "search for a word" at https:/);
    expect(said('authentication.journey.log-in-and-out')).toMatch(/in "log out"/);
    expect(said('storage.journey.upload-a-file')).toMatch(/in "upload a file"/);
    expect(said('external-apis.journey.chat-with-the-coach')).toMatch(/in "read an answer to that question"/);
    expect(said('frontend.journey.search-jobs.complaints')).toMatch(/GET https:.*\/jobs\?\S+ answered 500/);
    expect(statusOf('authentication.journey.register')).toBe('passed');
    const shot = rows.find(({ id }) => id === 'endpoints.journey.search-jobs')?.evidence?.['screenshot'];
    expect(existsSync(path.join(stand.stateDir, 'runs', runId, String(shot)))).toBe(true);
    expect(await leftovers()).toBe(0);
  });

  it('show nothing of a page on which a password is typed in', async () => {
    await stand.control.setFaults([answering('POST', '/auth/register', 500)]);
    const proof = await make(['register'], IMPATIENT);
    await stand.control.clearFaults();
    const { rows, runId } = lastRecord();
    const row = rows.find(({ id }) => id === 'authentication.journey.register');
    expect(row, proof.output).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/in "make an account"/),
    });
    expect(row?.evidence).not.toHaveProperty('screenshot');
    expect(existsSync(path.join(stand.stateDir, 'runs', runId, 'journeys'))).toBe(false);
    expect(statusOf('authentication.journey.register.undone')).toBe('passed');
  });

  it('come to their end and are failed for what some cannot use, and for what breaks unseen', async () => {
    await stand.control.setFaults([
      served('/*', '<html lang="en">', '<html>'),
      served('/assets/index-*.js', '$', ';setTimeout(() => { throw new Error("unseen"); }, 0)'),
    ]);
    const proof = await make(['search-jobs'], IMPATIENT);
    await stand.control.clearFaults();
    expect(proof.failedLayers, proof.output).toEqual(['frontend']);
    expect(statusOf('endpoints.journey.search-jobs')).toBe('passed');
    const { rows } = lastRecord();
    const said = (what: string) => rows.find(({ id }) => id === `frontend.journey.search-jobs.${what}`)?.message;
    expect(said('accessibility')).toMatch(/html-has-lang, serious/);
    expect(said('complaints')).toMatch(/uncaught: Error: unseen/);
  });

  it('are not judged where there is no browser', async () => {
    const proof = await make(['search-jobs'], { GATE10_BROWSER: process.execPath });
    expect(proof, proof.output).toMatchObject({ exitCode: 3, verdict: { verdict: 'inconclusive' } });
    const row = lastRecord().rows.find(({ id }) => id === 'endpoints.journey.search-jobs');
    expect(row, proof.output).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });

  it('that are killed in the middle are finished by gate10 cleanup', async () => {
    await stand.control.setFaults([
      { kind: 'route', at: 'backend', match: { method: 'POST', path: '/chat' }, action: { silent: true } },
    ]);
    const run = stand.start({}, ['chat-with-the-coach'], 'journeys');
    const gone = once(run, 'close');
    while ((await leftovers()) === 0 && run.exitCode === null) await setTimeout(20);
    run.kill('SIGKILL');
    // a worker that outlives its runner would undo what it wrote
    const [entry] = readJournal(path.join(stand.stateDir, 'journal')).entries;
    if (entry !== undefined) process.kill(entry.owner.pid, 'SIGKILL');
    await gone;
    await stand.control.clearFaults();
    expect(await leftovers()).toBe(1);
    const cleanup = await stand.gate10('cleanup', '--environment', 'embedded');
    expect(cleanup, cleanup.output).toMatchObject({ exitCode: 0, output: expect.stringContaining('✓') });
    expect(await leftovers()).toBe(0);
  });

  it('of a smoke kind are part of a production run, and meet what no page and no request shows', async () => {
    const healthy = await stand.prove({}, ['as-a-person-does']);
    // a part proves no deployment
    expect(healthy.verdict?.verdict, healthy.output).toBe('inconclusive');
    const { kind, rows, plan } = lastRecord();
    expect(kind).toBe('production');
    const planned = plan.rows.filter(({ by }) => by === 'journey').map(({ id }) => id);
    expect(planned).toEqual(['endpoints.journey.search-jobs', 'frontend.journey.search-jobs.complaints']);
    expect(rows.filter(({ id }) => planned.includes(id)).map(({ status }) => status)).toEqual(['passed', 'passed']);

    await stand.control.setFaults([served('/assets/*.js', '/search\\?', '/serch?')]);
    const broken = await stand.prove(IMPATIENT, ['as-a-person-does', 'frontend.spec']);
    await stand.control.clearFaults();
    expect(broken, broken.output).toMatchObject({ exitCode: 1, verdict: { verdict: 'failed' } });
    const failed = lastRecord()
      .rows.filter(({ status }) => status === 'failed')
      .map(({ id }) => id);
    expect(failed).toEqual(['endpoints.journey.search-jobs']);
  });
});
