import type { SchemaChange } from './schema-changes.ts';

/** The rows of a table put aside, with those that hang on them. */
export function withoutRows(table: string): SchemaChange {
  return {
    apply: [
      'create schema if not exists rig',
      `create table rig.${table}_aside as table public.${table}`,
      `delete from public.${table}`,
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
