/** A system with a repository of its own, and the engine run against it. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { runEngine } from '../../../src/probe/engine.ts';
import { makePlan } from '../../../src/probe/plan.ts';
import { type EngineEvent, engineEventSchema, type Plan, planSchema, type Row } from '../../../src/probe/schema.ts';
import { createTools, type Tools } from '../../../src/probe/tools.ts';
import { apiContract } from './api-contract.ts';
import { createRepository } from './repository.ts';
import { sendJson, serve } from './serve.ts';
import { type TestSystem, testSystem } from './system.ts';
import { testClock } from './test-clock.ts';

const open: { close(): unknown }[] = [];

/** After each test. */
export async function closeStands(): Promise<void> {
  for (const item of open.splice(0).reverse()) await item.close();
}

export interface Stand {
  readonly made: TestSystem;
  readonly tools: Tools;
  readonly commit: string;
  readonly previous: string;
  /** What /version says; changing it is a deployment. */
  served: string;
}

export const API_KEY = 'a-secret-api-key-0123';

/** What a test changes: YAML of the top level, deadlines, and who answers before everything else (true = it did). */
export interface Changes {
  readonly yaml?: string;
  readonly code?: string;
  readonly deadlines?: string;
  readonly answers?: (...args: Parameters<RequestListener>) => boolean;
}

export async function stand({
  yaml = '',
  code = 'code: { openapi: api.json }',
  ...more
}: Changes = {}): Promise<Stand> {
  const repository = createRepository();
  open.push({ close: () => repository.remove() });
  const previous = repository.commit('feat: a', { 'api.json': apiContract('GET /items') });
  const commit = repository.commit('feat: b', { 'api.json': apiContract('GET /items', 'GET /extra') });
  repository.push();
  const state = { served: commit };
  const server = await serve((request, response) => {
    const path = request.url?.split('?')[0];
    if (more.answers?.(request, response)) return;
    response.setHeader('x-content-type-options', 'nosniff');
    if (path === '/version') sendJson(response, 200, { git_sha: state.served });
    else if (path === '/extra') sendJson(response, 200, {});
    else if (path === '/items') sendJson(response, 200, []);
    else sendJson(response, 404, { error: API_KEY });
  });
  const made = testSystem({
    app: server.url,
    api: server.url,
    yaml: `${code}\n${yaml}`,
    environment: `    repository: "${repository.folder}"\n    secrets: [API_KEY]\n    settle: { readyWithin: 300ms, poll: 50ms, stabilise: 0s, observe: 0s }`,
    env: { API_KEY },
    ...(more.deadlines === undefined ? {} : { deadlines: more.deadlines }),
  });
  const tools = createTools(made.system, {
    clock: testClock(),
    nonce: randomBytes(8).toString('hex'),
    path: process.env['PATH'],
  });
  open.push(server, made, tools.client);
  return Object.assign(state, { made, tools, commit, previous });
}

export async function planOf({ made, tools, commit, previous }: Stand): Promise<Plan> {
  return planSchema.parse(
    await makePlan(made.system, { expected: { commit }, previousCommit: previous, git: tools.git }),
  );
}

export async function run({ made, tools }: Stand, plan: Plan, signal?: AbortSignal): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const emit = (event: EngineEvent): void => void events.push(engineEventSchema.parse(event));
  const identity = { id: 'run-1', nonce: 'n0nce' };
  await runEngine({
    system: made.system,
    plan,
    ...tools,
    clock: testClock(),
    run: identity,
    journal: made.context.journal,
    emit,
    signal,
  });
  return events;
}

export function rowsOf(events: readonly EngineEvent[]): Row[] {
  return events.flatMap((event) => (event.type === 'row' ? [event.row] : []));
}
