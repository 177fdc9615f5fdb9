import type { Row, RunQuery } from './query-rule.ts';

/** The user as whom a broken backend takes everybody; made when first needed. */
export async function findResident(run: RunQuery): Promise<Row[]> {
  await run({
    name: 'insert_resident',
    text: `insert into users (email, name, password_hash) values ('resident@mosaic.test', 'Robin Resident', 'none')
           on conflict (lower(email)) do nothing`,
    values: [],
  });
  return run({
    name: 'find_resident',
    text: `select id, email, name, created_at from users where email = 'resident@mosaic.test'`,
    values: [],
  });
}
