import pg from 'pg';
import type { TcpGate } from '../edge/tcp-gate.ts';
import type { DatabaseFault } from './database-fault.ts';
import type { OtherDatabase } from './other-database.ts';
import { refuseConnection } from './refusal.ts';
import {
  connectionLimit,
  noRoomForTables,
  onlyFirstJobs,
  preparedTransaction,
  readOnly,
  withoutRows,
} from './row-changes.ts';
import { type SchemaChange, type SchemaChangeName, schemaChanges } from './schema-changes.ts';

export type DatabaseFaultSet = { faults: readonly DatabaseFault[]; changes: readonly SchemaChangeName[] };

/** Breaks the database; an empty set heals it. */
export type DatabaseFaults = {
  /** What the replicas have to find out before they answer as they will: nothing, or that they have to connect anew. */
  apply: (set: DatabaseFaultSet) => Promise<'as-before' | 'connections-cut' | 'healed'>;
  stop: () => Promise<void>;
};

/** `url` leads to the server itself, past the gate. */
export function createDatabaseFaults(parts: { gate: TcpGate; url: string; other: OtherDatabase }): DatabaseFaults {
  let active = toKey({ faults: [], changes: [] });
  const healthy = active;
  let undo: SchemaChange['undo'][] = [];
  let holder: pg.Client | undefined;
  const release = async (): Promise<void> => {
    await holder?.query('rollback');
    await holder?.end();
    holder = undefined;
  };
  const heal = async (): Promise<void> => {
    await release();
    for (const statements of undo.reverse()) await run(parts.url, statements);
    undo = [];
    parts.gate.setPassage({});
    await parts.gate.setOpen(true);
  };
  const breakIt = async ({ faults, changes }: DatabaseFaultSet): Promise<void> => {
    const statements = [...changes.map((name) => schemaChanges[name]), ...faults.map(toStatements)];
    for (const change of statements.filter((each) => each !== undefined)) {
      undo.push(change.undo);
      await run(parts.url, change.apply);
    }
    for (const fault of faults) await bar(parts, fault);
    const lock = faults.find((fault) => fault.action === 'lock');
    if (lock !== undefined) holder = await holdTable(parts.url, lock.table);
    // What a session was told at its start holds for its length: the system's own begin anew.
    if (statements.length > 0 && faults.length === 0) parts.gate.setPassage({});
  };
  return {
    apply: async (set) => {
      const next = toKey(set);
      if (next === active) return 'as-before';
      await heal();
      active = healthy;
      await breakIt(set);
      active = next;
      if (next === healthy) return 'healed';
      return isAnswering(set) ? 'connections-cut' : 'as-before';
    },
    stop: async () => {
      await holder?.end();
      await parts.other.stop();
    },
  };
}

/** Whoever connects is let in, and answered at once. */
function isAnswering({ faults }: DatabaseFaultSet): boolean {
  return faults.every(({ action }) => !['stop', 'refuse', 'slow', 'lock', 'connection-limit'].includes(action));
}

function toKey(set: DatabaseFaultSet): string {
  return JSON.stringify([set.faults, set.changes]);
}

/** What is changed in the database itself; undefined when the fault lies on the way to it. */
function toStatements(fault: DatabaseFault): SchemaChange | undefined {
  switch (fault.action) {
    case 'rows-lost':
      return withoutRows(fault.table);
    case 'read-only':
      return readOnly;
    case 'rows-left':
      return onlyFirstJobs(fault.jobs);
    case 'no-room-for-tables':
      return noRoomForTables;
    case 'connection-limit':
      return connectionLimit(fault.connections);
    case 'prepared-transaction':
      return preparedTransaction(fault.table);
    case 'stop':
    case 'refuse':
    case 'slow':
    case 'other':
    case 'lock':
      return undefined;
  }
}

/** What is changed on the way to the database. */
async function bar({ gate, other }: { gate: TcpGate; other: OtherDatabase }, fault: DatabaseFault): Promise<void> {
  switch (fault.action) {
    case 'stop':
      return gate.setOpen(false);
    case 'refuse':
      return gate.setPassage({ answer: (client) => refuseConnection(client, fault.code) });
    case 'slow':
      return gate.setPassage({ delayMs: fault.delayMs });
    case 'other':
      return gate.setPassage({ target: await other.hold(fault.content) });
    case 'rows-lost':
    case 'read-only':
      return gate.setPassage({});
    case 'rows-left':
    case 'no-room-for-tables':
    case 'connection-limit':
    case 'prepared-transaction':
    case 'lock':
      return undefined;
  }
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function holdTable(url: string, table: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // Whoever stops the server while the lock is held ends this connection too.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query(`lock table public.${table} in access exclusive mode`);
  return client;
}
