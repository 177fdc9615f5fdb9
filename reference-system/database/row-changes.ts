import type { SchemaChange } from './schema-changes.ts';

/** The rows of a table put aside, with those that hang on them: all of them, or those that `where` names. */
export function withoutRows(table: string, where = 'true'): SchemaChange {
  return {
    apply: [
      'create schema if not exists rig',
      `create table rig.${table}_aside as table public.${table}`,
      `delete from public.${table} where ${where}`,
    ],
    undo: [
      `insert into public.${table} select * from rig.${table}_aside on conflict do nothing`,
      `drop table rig.${table}_aside`,
    ],
  };
}

/** Reaches sessions to come on a real server, and the one that there is on the embedded server. */
export const readOnly: SchemaChange = {
  apply: ['alter role current_user set default_transaction_read_only = on', 'set default_transaction_read_only = on'],
  undo: [
    'set default_transaction_read_only = off',
    'set transaction read write',
    'alter role current_user reset default_transaction_read_only',
    'reset default_transaction_read_only',
  ],
};

export function onlyFirstJobs(count: number): SchemaChange {
  return withoutRows('jobs', `id > ${count}`);
}

/** As a full disk refuses them: what lies in files of its own cannot be made. */
export const noRoomForTables: SchemaChange = {
  apply: [
    'create schema if not exists rig',
    `create function rig.no_room() returns event_trigger language plpgsql as $$
       begin raise exception 'could not create file: No space left on device' using errcode = 'disk_full'; end $$`,
    `create event trigger no_room on ddl_command_start when tag in ('CREATE TABLE') execute function rig.no_room()`,
  ],
  undo: ['drop event trigger no_room', 'drop function rig.no_room()'],
};

export function connectionLimit(connections: number): SchemaChange {
  const limit = (count: number): string =>
    `do $$ begin execute format('alter database %I connection limit ${count}', current_database()); end $$`;
  return { apply: [limit(connections)], undo: [limit(-1)] };
}

export function preparedTransaction(table: string): SchemaChange {
  return {
    apply: ['begin', `lock table public.${table} in share mode`, `prepare transaction 'rig'`],
    undo: [`rollback prepared 'rig'`],
  };
}
