import { mkdir } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { FaultControl } from '../../fault-control.ts';
import type { Alteration } from '../alteration.ts';
import type { Backend } from '../backend.ts';
import type { Database } from '../database.ts';
import { type Behaviour, behaviourList } from './behaviour.ts';
import { type Effect, toEffect } from './effects.ts';
import { createPoolHold } from './pool-hold.ts';
import type { RunQuery } from './query-rule.ts';
import { trackRequests } from './request-scope.ts';

/** Wrong behaviour of a backend that can be switched while it runs; without any set it is the honest one. */
export interface Behaviours extends Alteration {
  readonly control: FaultControl;
}

export function createBehaviours(pool: pg.Pool, nowMs: () => number): Behaviours {
  let active: readonly Behaviour[] = [];
  let effects: readonly Effect[] = [];
  let honest: Backend | undefined;
  const hold = createPoolHold(pool);
  const isOn = (name: Behaviour['name']): boolean => active.some((each) => each.name === name);
  const offsetMs = (): number => active.reduce((sum, each) => sum + (each.name === 'clock' ? each.offsetMs : 0), 0);
  const set = async (next: readonly Behaviour[]): Promise<void> => {
    active = next;
    const backend = honest;
    effects = backend === undefined ? [] : next.map((each) => toEffect(each, backend, nowMs));
    if (backend !== undefined && isOn('split-uploads')) await mkdir(backend.config.uploadDir, { recursive: true });
    await hold(isOn('pool-exhausted'));
  };
  return {
    control: {
      replace: (value) => set(behaviourList.parse(value)),
      clear: () => set([]),
      list: () => active,
    },
    alter: (backend) => {
      const folder = backend.config.uploadDir;
      const config = Object.defineProperty({ ...backend.config }, 'uploadDir', {
        get: () => (isOn('split-uploads') ? `${folder}-of-${backend.config.instanceId}` : folder),
      });
      const now = (): Date => new Date(backend.now().getTime() + offsetMs());
      honest = { ...backend, config, now };
      return { ...honest, database: throughRules(backend.database, () => effects) };
    },
    register: (app) => registerHooks(app, () => effects),
  };
}

/** Each rule sees what the one before it would do. */
function throughRules(database: Database, effects: () => readonly Effect[]): Database {
  return {
    query: async (name, text, values = []) => {
      const run = effects().reduce<RunQuery>(
        (next, { query: rule }) => (rule === undefined ? next : (query) => rule(query, next) ?? next(query)),
        (query) => database.query(query.name, query.text, query.values),
      );
      // The rules know the statements and their rows by name only.
      return (await run({ name, text, values })) as never;
    },
  };
}

function registerHooks(app: FastifyInstance, effects: () => readonly Effect[]): void {
  const hooks = () => effects().flatMap(({ hook }) => (hook === undefined ? [] : [hook]));
  trackRequests(app);
  app.addHook('onRequest', async (request, reply) => {
    for (const { onRequest } of hooks()) if (await onRequest?.(request, reply)) return reply;
    return undefined;
  });
  app.addHook('preValidation', async (request) => {
    for (const { preValidation } of hooks()) preValidation?.(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    for (const { preHandler } of hooks()) if (await preHandler?.(request, reply)) return reply;
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    let body: unknown = payload;
    for (const { onSend } of hooks()) if (onSend !== undefined) body = await onSend(request, reply, body);
    return body;
  });
}
