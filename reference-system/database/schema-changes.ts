/** Statements that bring the schema of release B out of step with its code, and those that undo them. */
export type SchemaChange = { apply: readonly string[]; undo: readonly string[] };

const withoutLastMigration: SchemaChange = {
  apply: [
    'alter table public.analytics_events rename to analytics_events_aside',
    'alter table public.rerank_feedback rename to rerank_feedback_aside',
    'create schema if not exists rig',
    'create table rig.migration_aside as select * from public.schema_migrations where version = 4',
    'delete from public.schema_migrations where version = 4',
  ],
  undo: [
    'alter table public.analytics_events_aside rename to analytics_events',
    'alter table public.rerank_feedback_aside rename to rerank_feedback',
    'insert into public.schema_migrations select * from rig.migration_aside',
    'drop table rig.migration_aside',
  ],
};

/** A renamed thing is as gone for the code as a dropped one, and comes back with its rows. */
function renamed(table: string, column?: string): SchemaChange {
  const what = column === undefined ? '' : `column ${column} `;
  const name = column ?? table;
  return {
    apply: [`alter table public.${table} rename ${what}to ${name}_aside`],
    undo: [
      `alter table public.${column === undefined ? `${table}_aside` : table} rename ${
        column === undefined ? '' : `column ${column}_aside `
      }to ${name}`,
    ],
  };
}

export const schemaChanges = {
  'migration-missing': withoutLastMigration,
  /** Recorded as applied, but the transaction with its tables was rolled back. */
  'migration-aborted': renamed('analytics_events'),
  'table-missing': renamed('rerank_feedback'),
  'column-missing': renamed('analytics_events', 'kind'),
  'column-of-old-table-missing': renamed('files', 'sha256'),
  'index-missing': {
    apply: ['drop index public.analytics_events_user'],
    undo: ['create index analytics_events_user on public.analytics_events (user_id, created_at)'],
  },
  'index-of-old-table-missing': {
    apply: ['drop index public.files_user'],
    undo: ['create index files_user on public.files (user_id, created_at desc)'],
  },
  /** The migration has run, and nothing in the database says so. */
  'record-missing': {
    apply: [
      'create schema if not exists rig',
      'create table rig.record_aside as select * from public.schema_migrations where version = 4',
      'delete from public.schema_migrations where version = 4',
    ],
    undo: ['insert into public.schema_migrations select * from rig.record_aside', 'drop table rig.record_aside'],
  },
  /** A column that the new migration makes, of a table that was made. */
  'column-of-feedback-missing': renamed('rerank_feedback', 'created_at'),
  /** A rule that new rows keep and nobody has checked the old ones by. */
  'constraint-not-validated': {
    apply: ['alter table public.files add constraint files_size_check check (size_bytes >= 0) not valid'],
    undo: ['alter table public.files drop constraint files_size_check'],
  },
  /** Two accounts may have one address, and what relies on the index fails. */
  'unique-index-missing': {
    apply: ['drop index public.users_email'],
    undo: ['create unique index users_email on public.users (lower(email))'],
  },
  'type-changed': {
    apply: ['alter table public.jobs alter column salary_min_eur type text'],
    undo: ['alter table public.jobs alter column salary_min_eur type integer using salary_min_eur::integer'],
  },
  /** A trigger that somebody left behind refuses every new session. */
  'trigger-refuses': {
    apply: [
      'create schema if not exists rig',
      `create function rig.refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`,
      'create trigger refuse before insert on public.sessions for each row execute function rig.refuse()',
    ],
    undo: ['drop trigger refuse on public.sessions', 'drop function rig.refuse()'],
  },
  /** What login reads is called something else. */
  'users-column-renamed': renamed('users', 'password_hash'),
  /** A migration of a release that is not the deployed one, which took a column away. */
  'ahead-column-dropped': {
    apply: [
      ...renamed('jobs', 'description').apply,
      `insert into public.schema_migrations (version, name) values (5, '0005_drop_description.sql')`,
    ],
    undo: ['delete from public.schema_migrations where version = 5', ...renamed('jobs', 'description').undo],
  },
  /** A migration of a release that is not the deployed one, which demands a value that this code does not write. */
  'ahead-not-null': {
    apply: [
      `alter table public.users add column tenant text not null default 'one'`,
      'alter table public.users alter column tenant drop default',
      `insert into public.schema_migrations (version, name) values (5, '0005_tenants.sql')`,
    ],
    undo: [
      'delete from public.schema_migrations where version = 5',
      'alter table public.users drop column if exists tenant',
    ],
  },
  ahead: {
    apply: [`insert into public.schema_migrations (version, name) values (5, '0005_of_another_release.sql')`],
    undo: ['delete from public.schema_migrations where version = 5'],
  },
  'old-check': {
    apply: [
      'alter table public.analytics_events drop constraint analytics_events_kind_check',
      `alter table public.analytics_events add constraint analytics_events_kind_check
         check (kind in ('upload', 'chat')) not valid`,
    ],
    undo: [
      'alter table public.analytics_events drop constraint analytics_events_kind_check',
      `alter table public.analytics_events add constraint analytics_events_kind_check
         check (kind in ('login', 'upload', 'chat', 'rerank'))`,
    ],
  },
  'old-check-on-files': {
    apply: [
      `alter table public.files add constraint files_content_type_check
         check (content_type = 'application/pdf') not valid`,
    ],
    undo: ['alter table public.files drop constraint files_content_type_check'],
  },
  'foreign-key': {
    apply: [
      'create schema if not exists rig',
      'create table rig.accounts (id uuid primary key)',
      `alter table public.files add constraint files_owner_fkey
         foreign key (user_id) references rig.accounts (id) not valid`,
    ],
    undo: ['alter table public.files drop constraint files_owner_fkey', 'drop table rig.accounts'],
  },
  'sequence-at-max': {
    apply: [
      'create schema if not exists rig',
      'create sequence rig.user_number maxvalue 10 start with 10',
      `select nextval('rig.user_number')`,
      'alter table public.users add column number bigint',
      `alter table public.users alter column number set default nextval('rig.user_number')`,
    ],
    undo: ['alter table public.users drop column if exists number', 'drop sequence rig.user_number'],
  },
  /** A table that grows, and whose numbers come to their end. */
  'sequence-near-its-end': {
    apply: [
      'create schema if not exists rig',
      'create table rig.invoices (number smallserial primary key)',
      `select setval('rig.invoices_number_seq', 31000)`,
    ],
    undo: ['drop table rig.invoices'],
  },
  /** The second statement reaches the one session that all clients of the embedded server share. */
  'search-path': {
    apply: [
      'create schema if not exists rig',
      'alter role current_user set search_path = rig',
      'set search_path = rig',
    ],
    undo: ['reset search_path', 'alter role current_user reset search_path', 'set search_path to default'],
  },
} satisfies Record<string, SchemaChange>;

export type SchemaChangeName = keyof typeof schemaChanges;

export const schemaChangeNames = Object.keys(schemaChanges) as [SchemaChangeName, ...SchemaChangeName[]];
