import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPromises } from '../../../../src/probe/flow/promise.ts';
import { readJournal } from '../../../../src/probe/journal/journal.ts';
import { seal, toJournalKey, unseal } from '../../../../src/probe/journal/journal-seal.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const FLOW = `promises:
  - id: order
    layer: database
    title: An order is taken
    at: api
    writes: true
    steps:
      - name: order
        request: { method: POST, path: /orders, json: { note: "gate10 {{run.id}}", pin: "pin-{{run.nonce}}", key: "{{secret.API_KEY}}" } }
        expect: { status: 201 }
        capture: { orderId: /id, token: /token }
      - name: read
        request: { path: "/orders/{{orderId}}" }
        expect: { status: 200 }
    cleanup:
      - request: { method: DELETE, path: "/orders/{{orderId}}", headers: { authorization: "Bearer {{token}}" } }
        expect: { status: 204 }
    verify:
      - request: { path: "/orders/{{orderId}}" }
        expect: { status: 404 }
`;
const SECRET = 's3cret-value-0123456789';
const TOKEN = 'tok-0123456789abcdef';

/** `seen` = what the journal held at each request, before it was answered. */
async function run(answer: RequestListener) {
  const seen: { request: string; entry: string | undefined }[] = [];
  let folder = '';
  const server = await serve((request, response) => {
    seen.push({ request: `${request.method} ${request.url}`, entry: readEntryText(folder) });
    answer(request, response);
  });
  open.push(server);
  const environment = '    secrets: [API_KEY]';
  const made = testSystem({ app: server.url, api: server.url, yaml: FLOW, environment, env: { API_KEY: SECRET } });
  open.push(made);
  folder = path.join(made.dir, 'journal');
  const [main, undone] = listPromises(made.system);
  const kept = (await main?.observe(made.context))?.judgement;
  const gone = (await undone?.observe(made.context))?.judgement;
  return { seen, folder, kept, gone, left: readEntryText(folder) };
}

function readEntryText(folder: string): string | undefined {
  const file = listEntries(folder)[0];
  return file === undefined ? undefined : readFileSync(path.join(folder, file), 'utf8');
}

function listEntries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/** A shop; `keeps` = what is deleted stays. */
function shop({ keeps = false } = {}): RequestListener {
  let there = false;
  return (request, response) => {
    if (request.method === 'POST') {
      there = true;
      sendJson(response, 201, { id: 'o-1', token: TOKEN });
    } else if (request.method === 'DELETE') {
      there = keeps;
      response.writeHead(204).end();
    } else sendJson(response, there ? 200 : 404, {});
  };
}

describe('the journal of a promise that writes', () => {
  it('has an entry on disk before the write, and none once it is shown to be undone', async () => {
    const { seen, kept, gone, left } = await run(shop());
    expect(seen.map(({ request }) => request)).toEqual([
      'POST /orders',
      'GET /orders/o-1',
      'DELETE /orders/o-1',
      'GET /orders/o-1',
    ]);
    expect(JSON.parse(seen[0]?.entry ?? '')).toMatchObject({
      runId: 'run-1',
      promise: 'order',
      environment: 'test',
      writes: [{ request: 'POST /orders', outcome: 'sent' }],
      undo: ['DELETE /orders/{{orderId}}', 'GET /orders/{{orderId}}'],
    });
    expect(JSON.parse(seen[1]?.entry ?? '').writes[0].outcome).toBe('taken');
    expect([kept?.status, gone?.status, left]).toEqual(['passed', 'passed', undefined]);
  });

  it('keeps the entry, with the reason, where what was written is still there', async () => {
    const { gone, left } = await run(shop({ keeps: true }));
    expect(gone).toMatchObject({ status: 'failed', evidence: { writes: 1, cleanup: 1, verify: 1 } });
    expect(JSON.parse(left ?? '').left).toMatch(/^What the check wrote is not shown to be gone\. Verify 1: GET/);
  });

  it('holds nothing secret in the clear, and belongs to this user alone', async () => {
    const { seen, left, folder } = await run(shop({ keeps: true }));
    const written = [...seen.map(({ entry }) => entry), left].join('\n');
    expect(written).toContain('gate10 run-1');
    for (const secret of [SECRET, TOKEN, 'n0nce']) expect(written).not.toContain(secret);
    const [file = ''] = listEntries(folder);
    expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('writes nothing to the system where the entry cannot be written', async () => {
    const server = await serve((_, response) => sendJson(response, 201, {}));
    open.push(server);
    const made = testSystem({ app: server.url, api: server.url, yaml: FLOW.replace('"{{secret.API_KEY}}"', 'none') });
    open.push(made);
    writeFileSync(path.join(made.dir, 'journal'), 'a file where the folder should be');
    const [main, undone] = listPromises(made.system);
    await expect(main?.observe(made.context)).rejects.toThrow(/Failed to/);
    expect((await undone?.observe(made.context))?.judgement.status).toBe('passed');
    expect(server.seen).toEqual([]);
  });

  it('tells files that are no entries', async () => {
    const { folder } = await run(shop({ keeps: true }));
    writeFileSync(path.join(folder, 'torn.json'), '{"schema":"gate10/jour');
    const { entries, unreadable } = readJournal(folder);
    expect([entries.length, unreadable]).toEqual([1, ['torn.json']]);
    expect(readJournal(path.join(folder, 'nowhere'))).toEqual({ entries: [], unreadable: [] });
  });
});

describe('a sealed entry', () => {
  const plan = { at: 'api', cleanup: [], verify: [], values: { token: TOKEN } };
  const key = toJournalKey('one key');

  it('is opened by its key', () => {
    expect(unseal(seal(plan, 'id', key), 'id', key)).toEqual(plan);
  });

  it.each<[string, () => ReturnType<typeof unseal>]>([
    ['another key', () => unseal(seal(plan, 'id', key), 'id', toJournalKey('another key'))],
    ['another entry', () => unseal(seal(plan, 'id', key), 'other', key)],
    [
      'a changed text',
      () =>
        unseal(
          seal(plan, 'id', key).replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
          'id',
          key,
        ),
    ],
    ['a text that is too short', () => unseal('AAAA', 'id', key)],
  ])('is refused with %s', (_, opened) => {
    expect(opened()).toBeUndefined();
  });
});
