/** A front door over replicas, each a real server that says which build it is; every part can be changed while it runs. */
import type http from 'node:http';
import { type Client, createClient } from '../../../src/probe/http/request.ts';
import { type Served, sendJson, serve } from './serve.ts';
import { type SmallSystem, smallSystem } from './small-system.ts';
import { testClock } from './test-clock.ts';

export const NEW = '1111111111111111111111111111111111111111';
export const OLD = '2222222222222222222222222222222222222222';

export interface ReplicaState {
  git_sha: string;
  version: string;
  instance_id: string;
  started_at: string;
  environment_id: string;
  schema_version: number | string;
  lockfile_sha256: string;
  /** answers like this instead */
  instead?: http.RequestListener | undefined;
}

export interface Replicas {
  readonly states: ReplicaState[];
  readonly door: { instead?: http.RequestListener | undefined };
  readonly client: Client;
  readonly doorServer: Served;
  readonly services: NonNullable<SmallSystem['services']>;
  system(parts?: SmallSystem): ReturnType<typeof smallSystem>;
  close(): Promise<void>;
}

export function state(name: string, commit: string): ReplicaState {
  return {
    git_sha: commit,
    version: commit === NEW ? '1.4.0' : '1.3.0',
    instance_id: name,
    started_at: '2026-01-01T00:00:00.000Z',
    environment_id: 'live-1',
    schema_version: 4,
    lockfile_sha256: 'f'.repeat(64),
  };
}

function answer(state: ReplicaState, request: http.IncomingMessage, response: http.ServerResponse): void {
  if (state.instead !== undefined) state.instead(request, response);
  else {
    const { instead: _, ...said } = state;
    sendJson(response, 200, said);
  }
}

/** The door and the balancer give each request to the next replica. */
export async function startReplicas(commits: readonly string[]): Promise<Replicas> {
  const states = commits.map((commit, index) => state(`replica-${index + 1}`, commit));
  const replicas = await Promise.all(states.map((own) => serve((request, response) => answer(own, request, response))));
  const door: Replicas['door'] = {};
  let turn = 0;
  const next: http.RequestListener = (request, response) => {
    turn += 1;
    const own = states[turn % states.length];
    if (own !== undefined) answer(own, request, response);
  };
  const api = await serve(next);
  const doorServer = await serve((request, response) => (door.instead ?? next)(request, response));
  const clock = testClock();
  const deadlines = { connect: 500, headers: 600, total: 700 };
  const resolve = (): Promise<string[]> => Promise.reject(Object.assign(new Error('no name'), { code: 'ENOTFOUND' }));
  const client = createClient({ resolve, clock, concurrency: 32, deadlines, nonce: 'nonce' });
  const services = {
    app: { url: doorServer.url },
    api: { url: api.url, replicas: replicas.map(({ url }) => url) },
  };
  return {
    states,
    door,
    client,
    doorServer,
    services,
    system: (parts = {}) => smallSystem({ services, expect: { environment: 'live-1' }, ...parts }),
    close: async () => {
      client.close();
      await Promise.all([doorServer, api, ...replicas].map((server) => server.close()));
    },
  };
}

export const html: http.RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Shop</title>');
};
