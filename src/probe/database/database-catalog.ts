/** What PostgreSQL's own catalogs say about writing, connections and locks. */

import type { Judgement } from '../row.ts';
import { DatabaseQueryError } from './database-problem.ts';
import type { Look } from './database-use.ts';

/** A setting of the one role that gate10 has says nothing about others: giving it a role that only reads is good practice. */
const OF_THIS_ROLE = new Set(['user', 'database user', 'session', 'client']);

const WRITING = `select pg_is_in_recovery() as standby, setting, source
  from pg_settings where name = 'default_transaction_read_only'`;

const TEMPORARY = [
  'create temporary table gate10_probe (id integer not null) on commit drop',
  'insert into gate10_probe (id) values (1)',
];

/** With `writable` a row is written and rolled back; without, only what the server says of itself is looked at. */
export const lookAtWriting: Look = async (session, { system }) => {
  const [row] = await session.read(WRITING);
  const writes = system.contract.database?.writable === true;
  if (row?.['standby'] === true) {
    const message =
      'The address is that of a standby, which takes no writes. Look at whether a failover left it behind; give the address of the primary.';
    return { status: writes ? 'failed' : 'warned', message, expected: 'a primary', actual: 'a standby' };
  }
  const source = String(row?.['source'] ?? '');
  if (row?.['setting'] === 'on' && !OF_THIS_ROLE.has(source)) {
    const message = `The database is set to read-only for everybody (default_transaction_read_only = on, from: ${source}). Look at who did that, and whether its disk is full.`;
    return { status: 'failed', message, expected: 'off', actual: 'on' };
  }
  if (!writes) return { status: 'passed', evidence: { standby: false, written: false } };
  try {
    await session.tryOut(TEMPORARY);
    return { status: 'passed', evidence: { standby: false, written: true } };
  } catch (error) {
    if (!(error instanceof DatabaseQueryError)) throw error;
    return refusedWrite(error);
  }
};

function refusedWrite({ state, message: why }: DatabaseQueryError): Judgement {
  if (state === '42501' || state === '25006') {
    const message = `It cannot be tried whether the database takes writes: ${why}. Grant TEMPORARY to the declared role, or leave "writable" out.`;
    return { status: 'inconclusive', reason: 'blind', message, actual: state };
  }
  const message = `The database refused a write to a temporary table: ${why} (${state}). Look at its disk.`;
  return { status: 'failed', message, expected: 'a write', actual: state };
}

/** The own one is a client's, whatever a server calls it. */
const CLIENTS = "(backend_type = 'client backend' or pid = pg_backend_pid())";

const CONNECTIONS = `select
    (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int) as most,
    (select count(*)::int from pg_stat_activity where ${CLIENTS}) as used,
    d.datconnlimit as own_most,
    (select count(*)::int from pg_stat_activity where datname = d.datname and ${CLIENTS}) as own_used
  from pg_database d where d.datname = current_database()`;

/** The server's limit, or the database's own where that is nearer. */
export const lookAtConnections: Look = async (session, { system }) => {
  const [row] = await session.read(CONNECTIONS);
  const { warnAbove = 1, failAbove } = system.contract.database?.connections ?? {};
  const limits = [
    { used: Number(row?.['used']), most: Number(row?.['most']), whose: 'the server' },
    { used: Number(row?.['own_used']), most: Number(row?.['own_most']), whose: 'this database' },
  ].filter(({ most }) => most > 0);
  const [tightest] = limits.sort((a, b) => b.used / b.most - a.used / a.most);
  if (tightest === undefined || !Number.isFinite(tightest.used)) {
    const message = 'The database does not say how many connections it has and takes.';
    return { status: 'inconclusive', reason: 'blind', message };
  }
  const { used, most, whose } = tightest;
  const evidence = { used, most };
  const share = used / most;
  if (share <= warnAbove) return { status: 'passed', evidence };
  const failed = failAbove !== undefined && share > failAbove;
  const expected = `≤ ${Math.floor((failed ? failAbove : warnAbove) * most)} of ${most}`;
  const message = `${used} of the ${most} connections of ${whose} are in use, expected ${expected}. Look for clients that leave them open; lower the size of pools, or use a pooler.`;
  return { status: failed ? 'failed' : 'warned', message, expected, actual: String(used), evidence };
};

const LOCKS = `select c.oid::regclass::text as relation, l.mode,
    (extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000)::float8 as held_ms, p.gid,
    (select count(*)::int from pg_locks w where w.database = l.database and w.relation = l.relation and not w.granted) as waiting
  from pg_locks l
    join pg_class c on c.oid = l.relation
    join pg_namespace n on n.oid = c.relnamespace
    join pg_database d on d.oid = l.database and d.datname = current_database()
    left join pg_stat_activity a on a.pid = l.pid
    left join pg_locks x on l.pid is null and x.pid is null and x.locktype = 'transactionid'
      and x.virtualtransaction = l.virtualtransaction
    left join pg_prepared_xacts p on p.transaction = x.transactionid
  where l.locktype = 'relation' and l.granted and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareLock')
    and c.relkind in ('r', 'p', 'm') and l.pid is distinct from pg_backend_pid()
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
    and coalesce(a.backend_type, '') <> 'autovacuum worker'
  order by held_ms desc nulls last`;

/** What a prepared transaction holds has no process. A lock that somebody waits behind is an outage of that table; one that nobody waits behind may become one. */
export const lookAtLocks: Look = async (session, { system }) => {
  const { warnAfter = 0, failAfter = 0 } = system.contract.database?.locks ?? {};
  const declared = new Set(Object.keys(system.contract.database?.tables ?? {}));
  const locks = (await session.read(LOCKS)).map((row) => ({
    relation: String(row['relation']),
    mode: String(row['mode']),
    heldMs: row['held_ms'] === null ? undefined : Number(row['held_ms']),
    waiting: Number(row['waiting']),
    prepared: row['gid'] === null ? undefined : String(row['gid']),
  }));
  const long = locks.filter(({ heldMs }) => heldMs === undefined || heldMs >= warnAfter);
  const [worst] = long.sort((a, b) => b.waiting - a.waiting);
  if (worst === undefined) return { status: 'passed', evidence: { locks: locks.length } };
  const { relation, mode, heldMs, waiting, prepared } = worst;
  const since = heldMs === undefined ? 'for a time that this role may not see' : `for ${Math.round(heldMs / 1000)} s`;
  const shuts = waiting > 0 || (mode === 'AccessExclusiveLock' && declared.has(relation));
  const failed = heldMs !== undefined && heldMs >= failAfter && shuts;
  const holder =
    prepared === undefined
      ? 'Look at the transaction that holds it (pg_stat_activity), e.g. a migration that hangs.'
      : `The prepared transaction "${prepared}" holds it, which outlives its connection: end it (COMMIT PREPARED or ROLLBACK PREPARED).`;
  const message = `The table ${relation} is locked (${mode}) ${since}, and ${waiting} wait for it. ${holder}`;
  const expected = `no such lock for longer than ${failed ? failAfter : warnAfter} ms`;
  return { status: failed ? 'failed' : 'warned', message, expected, actual: `${mode} ${since}` };
};
