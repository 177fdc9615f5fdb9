/** A project with `contracts/notify.yaml` and a history, and receivers on loopback that write down what they hear. */
import type http from 'node:http';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import type { NotificationSettled } from '../../../src/ledger/response-events.ts';
import type { LedgerEvent, SealedEvent } from '../../../src/ledger/schema.ts';
import { sealed } from '../ledger/told-events.ts';
import { type Served, serve } from '../probe/serve.ts';
import { folderOf, type Ran, runWith } from './run-command.ts';

export const broken = (change: Partial<SealedEvent> = {}): SealedEvent =>
  sealed('r1', '2026-11-21T10:00:09.000Z', {
    ...{ verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P0', because: ['tls: expired'] },
    ...change,
  });
export const proven = sealed('r2', '2026-11-21T11:00:00.000Z', { expected: { commit: 'b'.repeat(40) } });

export interface Said {
  readonly status: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
}

interface Receiver extends Served {
  readonly bodies: string[];
}

/** Answers as the list says, the last of them again and again; undefined = never. */
export async function receiver(...answers: readonly (Said | undefined)[]): Promise<Receiver> {
  const bodies: string[] = [];
  const server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      const answer = answers[Math.min(bodies.length, answers.length) - 1];
      if (answer === undefined) return;
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  onTestFinished(server.close);
  return { ...server, bodies };
}

export const ok: Said = { status: 204 };
export const EVENTS = 'incident-opened, incident-closed';

/** A machine that is busy answers late too: only who waits for silence waits shortly. */
export function contract(targets: Readonly<Record<string, string>>, events = EVENTS, deadline = '20s'): string {
  const lines = Object.entries(targets).map(([name, target]) => `  ${name}: ${target}\n`);
  return `schema: gate10/notify/v1\ntargets:\n${lines.join('')}routes:\n  - { events: [${events}], targets: [${Object.keys(targets).join(', ')}] }\nretry: { times: 3, backoff: 1ms, most: 2ms, deadline: ${deadline}, retryAfter: 2s }\n`;
}

export const hook = (server: Served): string => `{ kind: webhook, url: "${server.url}/hook" }`;

interface Project {
  readonly folder: string;
  notify(...args: string[]): Promise<Ran>;
  add(...events: readonly LedgerEvent[]): Promise<void>;
  settled(): Promise<NotificationSettled[]>;
}

export async function project(
  notify: string | undefined,
  events: readonly LedgerEvent[],
  env: Record<string, string> = {},
): Promise<Project> {
  const folder = folderOf(notify === undefined ? {} : { 'contracts/notify.yaml': notify });
  const ledger = () =>
    openLedger({ stateDir: path.join(folder, '.gate10'), now: () => new Date('2026-11-21T12:00:00Z') });
  const add = async (...more: readonly LedgerEvent[]) => {
    const opened = await ledger();
    for (const event of more)
      await opened.append(
        event,
        'rollbackId' in event ? event.rollbackId : `seal:${'runId' in event ? event.runId : ''}`,
      );
    await opened.close();
  };
  if (events.length > 0) await add(...events);
  return {
    folder,
    add,
    notify: (...args) => {
      const place = args.includes('--environment') ? [] : ['--environment', 'production'];
      return runWith(folder, { env }, 'notify', ...place, ...args);
    },
    settled: async () => {
      const opened = await ledger();
      const rows = await opened.rows({ type: 'notification.settled' });
      await opened.close();
      return rows.flatMap(({ event }) => (event.type === 'notification.settled' ? [event] : []));
    },
  };
}
