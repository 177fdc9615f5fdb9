import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedObjects } from '../../../../src/probe/database-schema/schema-objects-expected.ts';
import type { Judgement } from '../../../../src/probe/row.ts';
import { askDatabase, type DatabaseStand, startPglite } from '../database-stand.ts';
import { createRepository, type TestRepository } from '../repository.ts';

const wordsOf = (...migrations: string[]): string[] =>
  expectedObjects(migrations).map(({ kind, name, column }) => [kind, name, column].filter(Boolean).join(' '));

describe('what a migration leaves behind', () => {
  it.each([
    [
      'a table with its columns',
      'CREATE TABLE IF NOT EXISTS Shop.Carts (id int PRIMARY KEY, "Total" numeric(10,2), CONSTRAINT c CHECK (id > 0), PRIMARY KEY (id))',
      ['table shop.carts', 'column shop.carts id', 'column shop.carts Total'],
    ],
    [
      'an index',
      'create unique index concurrently if not exists carts_total on only carts (total)',
      ['index carts_total'],
    ],
    [
      'an index in the schema of its table',
      'create index carts_total on shop.carts (total)',
      ['index shop.carts_total'],
    ],
    ['no index without a name', 'create index on carts (total)', []],
    ['views', 'create or replace view v as select 1; create materialized view m as select 1', ['view v', 'view m']],
    [
      'columns',
      'alter table only carts add column if not exists a int default (1 + 2), add b text, add constraint c unique (a)',
      ['column carts a', 'column carts b'],
    ],
    ['nothing temporary', 'create temp table t (a int); create temporary table u as select 1', []],
    [
      'nothing in comments and texts',
      "-- create table a (b int);\n/* create table c (d int); */ select 'create table e (f int);'",
      [],
    ],
    ['nothing of the way down', 'create table a ();\n-- +goose Down\ndrop table a;', ['table a']],
    [
      'nothing of a function',
      'create function f() returns void as $body$ begin create table x (y int); end $body$ language plpgsql',
      [],
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the notation of Flyway
    ['nothing with placeholders', 'create table ${schema}.a (b int); create table :name (b int)', []],
  ])('%s', (_, sql, words) => {
    expect(wordsOf(sql)).toEqual(words);
  });

  it.each([
    ['dropped', 'drop table if exists b, a cascade', []],
    ['renamed', 'alter table a rename to c', ['table c']],
    ['moved to another schema', 'alter table a set schema archive', []],
    ['dropped with its schema', 'drop schema public cascade', []],
    ['dropped by a block', "do $$ begin execute 'drop table a'; end $$", []],
    ['without a column', 'alter table a drop column x', ['table a']],
    ['with a renamed column', 'alter table a rename column x to z', ['table a', 'column a z']],
  ])('a table that a later migration leaves %s', (_, later, words) => {
    expect(wordsOf('create table a (x int)', later)).toEqual(words);
  });

  it.each(['create table a (x int', "'", '$$', '"', 'create table', 'alter table a add', '/*', ''])(
    'reads %j without an error',
    (sql) => {
      expect(() => expectedObjects([sql])).not.toThrow();
    },
  );
});

describe('the migrations of a deployment', () => {
  let stand: DatabaseStand;
  let repository: TestRepository;
  let previousCommit = '';
  let commit = '';
  beforeAll(async () => {
    repository = createRepository();
    previousCommit = repository.commit('feat: shop', {
      'migrations/0001_gone.sql': 'create table long_gone (id int);',
    });
    commit = repository.commit('feat: carts', {
      'migrations/0002_carts.sql': 'create table carts (id int, total int); create index carts_total on carts (total);',
      'migrations/0003_label/migration.sql': 'alter table carts add column label text;',
      'migrations/0003_label/down.sql': 'create table never (id int);',
      'migrations/README.md': 'create table read_me (id int);',
    });
    stand = await startPglite();
  });
  afterAll(async () => {
    repository.remove();
    await stand.stop();
  });

  const RIGHT = `create table carts (id int, total int, label text); create index carts_total on carts (total);
    create table schema_migrations (version text); insert into schema_migrations values ('1'), ('002'), ('3');`;

  async function ask(changes: string, database?: string): Promise<Record<string, Judgement>> {
    await stand.exec(`drop schema public cascade; create schema public; ${RIGHT} ${changes}`);
    const declared = database === undefined ? {} : { database };
    return askDatabase(stand.url, {
      yaml: 'code: { migrations: migrations }',
      repository: repository.folder,
      commit,
      previousCommit,
      ...declared,
    });
  }

  it('pass where they ran', async () => {
    const judged = await ask('');
    expect(judged['schema.objects']).toEqual({
      status: 'passed',
      evidence: { migrations: ['0002_carts.sql', '0003_label/migration.sql'], objects: 5 },
    });
    expect(judged['schema.migrations']?.status).toBe('passed');
  });

  it('pass where what they made is in another schema of the same database', async () => {
    const judged = await ask(
      'create schema shop; alter table carts set schema shop; alter table schema_migrations set schema shop',
    );
    expect([judged['schema.objects']?.status, judged['schema.migrations']?.status]).toEqual(['passed', 'passed']);
    await stand.exec('drop schema shop cascade');
  });

  it.each([
    ['a table', 'drop table carts', 'the table carts, the index carts_total'],
    ['a column of a new table', 'alter table carts rename total to sum', 'the column carts.total'],
    ['a column', 'alter table carts drop label', 'the column carts.label'],
    ['an index', 'drop index carts_total', 'the index carts_total'],
  ])('fail without %s, although they are recorded', async (_, changes, said) => {
    const judged = await ask(changes);
    expect(judged['schema.migrations']?.status).toBe('passed');
    expect(judged['schema.objects']).toMatchObject({ status: 'failed', actual: expect.stringContaining(said) });
  });

  it.each([
    [
      'one is not recorded',
      "delete from schema_migrations where version = '3'",
      'has not recorded 0003_label/migration.sql',
    ],
    ['none is', 'delete from schema_migrations', 'has not recorded 0002_carts.sql, 0003_label/migration.sql'],
    [
      'one is left half done',
      "alter table schema_migrations add dirty boolean default false; update schema_migrations set dirty = version = '3'",
      'did not come to its end: 3',
    ],
  ])('fail where %s', async (_, changes, said) => {
    expect((await ask(changes))['schema.migrations']).toMatchObject({
      status: 'failed',
      message: expect.stringContaining(said),
    });
  });

  it.each([
    ['golang-migrate', 'delete from schema_migrations; insert into schema_migrations values (3)', 'passed'],
    ['golang-migrate, behind', 'delete from schema_migrations; insert into schema_migrations values (2)', 'failed'],
    [
      'Flyway',
      "drop table schema_migrations; create table flyway_schema_history as select * from (values (null, true), ('1', true), ('2', true), ('3', true)) as r (version, success)",
      'passed',
    ],
    [
      'Flyway, failed',
      "drop table schema_migrations; create table flyway_schema_history as select * from (values ('2', true), ('3', false)) as r (version, success)",
      'failed',
    ],
    [
      'Prisma',
      "drop table schema_migrations; create table _prisma_migrations as select *, null::timestamptz as rolled_back_at from (values ('0002_carts', now()), ('0003_label', now())) as r (migration_name, finished_at)",
      'passed',
    ],
    [
      'Prisma, half done',
      "drop table schema_migrations; create table _prisma_migrations as select *, null::timestamptz as rolled_back_at from (values ('0002_carts', now()), ('0003_label', null)) as r (migration_name, finished_at)",
      'failed',
    ],
    [
      'Knex',
      "drop table schema_migrations; create table knex_migrations as select * from (values ('0002_carts.sql'), ('0003_label')) as r (name)",
      'passed',
    ],
    ['a table of their own', 'alter table schema_migrations rename to applied', 'warned'],
  ])('are known as %s records them', async (_, changes, status) => {
    expect((await ask(changes))['schema.migrations']?.status).toBe(status);
  });

  it('are compared with the declared table', async () => {
    const database = '  migrations: { table: applied, column: version }';
    expect((await ask('alter table schema_migrations rename to applied', database))['schema.migrations']?.status).toBe(
      'passed',
    );
    expect((await ask('', database))['schema.migrations']?.status).toBe('failed');
  });

  it('cannot be judged where the repository does not have the commit', async () => {
    const range = { yaml: 'code: { migrations: migrations }', repository: repository.folder, commit: 'f'.repeat(40) };
    expect((await askDatabase(stand.url, range))['schema.objects']).toMatchObject({
      status: 'inconclusive',
      reason: 'blind',
    });
  });
});
