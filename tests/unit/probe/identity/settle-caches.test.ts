import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { settle } from '../../../../src/probe/identity/settle.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { NEW, OLD, type Replicas, startReplicas } from '../replicas.ts';
import { createRepository, type TestRepository } from '../repository.ts';
import { sendJson } from '../serve.ts';
import { testClock } from '../test-clock.ts';

let repository: TestRepository;
beforeAll(() => {
  repository = createRepository();
});
afterAll(() => repository.remove());

let replicas: Replicas | undefined;
afterEach(() => replicas?.close());

/** The front door says what a cache kept, and how it can be seen. */
async function settleBehind(commit: string, headers: Readonly<Record<string, string>>): Promise<Record<string, Row>> {
  const started = await startReplicas([NEW, NEW]);
  replicas = started;
  const kept = { ...started.states[0], git_sha: commit };
  started.door.instead = (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, 200, kept);
  };
  const system = started.system({ settle: { readyWithin: '120ms' } });
  const plan = { expected: { commit: NEW.slice(0, 12) }, previousCommit: OLD };
  const input = { system, plan, client: started.client, clock: testClock(), git: repository.git };
  const { rows } = await settle(input);
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

it.each<[string, string, Record<string, string>, Record<string, unknown>]>([
  ['the previous build', OLD, { age: '40' }, { status: 'inconclusive', reason: 'stale' }],
  ['the previous build', OLD, { 'x-cache': 'HIT from edge' }, { status: 'inconclusive', reason: 'stale' }],
  ['the previous build without a sign of a cache', OLD, { age: '0', 'x-cache': 'MISS' }, { status: 'failed' }],
  ['the expected build', NEW, { age: '3' }, { status: 'warned' }],
  ['the expected build, past a cache', NEW, { 'x-cache': 'MISS' }, { status: 'passed' }],
])('%s (%s, %o) out of a cache', async (_, commit, headers, expected) => {
  const rows = await settleBehind(commit, headers);
  expect(rows['code-authority.served-commit']).toMatchObject(expected);
});

it('what a cache says is no word of a replica', async () => {
  const rows = await settleBehind(OLD, { age: '40' });
  expect(rows['runtime.replicas-one-build']?.status).toBe('passed');
  expect(rows['code-authority.served-commit']?.message).toMatch(/age: 40.*cache-control: no-store/);
});
