import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { settle } from '../../../../src/probe/identity/settle.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { NEW, OLD, type Replicas, startReplicas } from '../replicas.ts';
import { createRepository, type TestRepository } from '../repository.ts';
import { sendJson } from '../serve.ts';
import { testClock } from '../test-clock.ts';

let repository: TestRepository;
let replicas: Replicas;
beforeAll(() => {
  repository = createRepository();
});
afterEach(() => replicas.close());
afterAll(() => repository.remove());

async function settled(integration: unknown): Promise<Record<string, Row>> {
  const system = replicas.system({ settle: { readyWithin: '120ms' }, layers: { integration } });
  const plan = { expected: { commit: NEW } };
  const { client } = replicas;
  const { rows } = await settle({ system, plan, client, clock: testClock(), git: repository.git });
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/** Every third request. */
function failsNowAndThen(): NonNullable<Replicas['door']['instead']> {
  let asked = 0;
  return (_, response) => {
    asked += 1;
    if (asked % 3 === 0) sendJson(response, 500, {});
    else sendJson(response, 200, { ...replicas.states[0], instead: undefined });
  };
}

it('a front door that reaches the backend each time passes', async () => {
  replicas = await startReplicas([NEW]);
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ layer: 'integration', status: 'passed' });
});

it('a front door that fails now and then is failed, and the build that it serves otherwise is not blamed', async () => {
  replicas = await startReplicas([NEW]);
  replicas.door.instead = failsNowAndThen();
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ status: 'failed' });
  expect(rows['integration.front-door-answers']?.message).toMatch(/\d of 17 samples.*500.*backend answers each time/);
  expect(rows['code-authority.served-commit']).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
  expect(rows['runtime.answers']).toMatchObject({ status: 'passed' });
});

it('a front door that never reaches it is failed, and so is the build that nobody was told', async () => {
  replicas = await startReplicas([NEW]);
  replicas.door.instead = (_, response) => sendJson(response, 502, {});
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ status: 'failed' });
  expect(rows['code-authority.served-commit']).toMatchObject({ status: 'failed' });
});

it('a backend that fails itself is no finding about the front door', async () => {
  replicas = await startReplicas([NEW]);
  for (const own of replicas.states) own.instead = (_, response) => sendJson(response, 500, {});
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ status: 'inconclusive' });
  expect(rows['runtime.answers']).toMatchObject({ status: 'failed' });
});

it('where the layer is absent, the same answers are held against the build', async () => {
  replicas = await startReplicas([NEW]);
  replicas.door.instead = failsNowAndThen();
  const rows = await settled({ absent: 'the pages are served by the backend itself' });
  expect(rows).not.toHaveProperty('integration.front-door-answers');
  expect(rows['code-authority.served-commit']).toMatchObject({ status: 'failed' });
});

it('a front door that leads to another backend now and then is failed', async () => {
  replicas = await startReplicas([NEW]);
  let asked = 0;
  replicas.door.instead = (_, response) => {
    asked += 1;
    sendJson(response, 200, { ...replicas.states[0], ...(asked % 3 === 0 ? { git_sha: OLD, version: '1.3.0' } : {}) });
  };
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ status: 'failed' });
  expect(rows['integration.front-door-answers']?.message).toMatch(/leads to 2{12} in \d of 17 samples/);
});

it('a deployment that did not happen is no finding about the front door', async () => {
  replicas = await startReplicas([OLD]);
  const rows = await settled('declared');
  expect(rows['integration.front-door-answers']).toMatchObject({ status: 'passed' });
  expect(rows['code-authority.served-commit']).toMatchObject({ status: 'failed' });
});
