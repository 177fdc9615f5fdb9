import { randomUUID } from 'node:crypto';
import type { Query, QueryRule, Row } from './query-rule.ts';

/** Sessions in a map of this process. The user of a session still comes from the database. */
export function memorySessionRule(): QueryRule {
  const userIds = new Map<unknown, unknown>();
  return ({ name, values }, run) => {
    if (name === 'start_session') {
      userIds.set(values[0], values[1]);
      return Promise.resolve([]);
    }
    if (name === 'end_session') {
      userIds.delete(values[0]);
      return Promise.resolve([]);
    }
    if (name !== 'find_session') return undefined;
    const text = 'select id, email, name, created_at from users where id = $1';
    return run({ name: 'find_user_of_session', text, values: [userIds.get(values[0]) ?? null] });
  };
}

/** Accounts and sessions in this process: nothing of them reaches the database. */
export function inMemoryRule(): QueryRule {
  const users = new Map<string, Row>();
  const sessions = new Map<unknown, string>();
  const answers: Record<string, (query: Query) => Row[]> = {
    insert_user: ({ values: [email, name, hash, at] }) => {
      const key = String(email).toLowerCase();
      if (users.has(key)) return [];
      const user = { id: randomUUID(), email: key, name, password_hash: hash, created_at: at };
      users.set(key, user);
      return [user];
    },
    find_user: ({ values: [email] }) => toRows(users.get(String(email).toLowerCase())),
    start_session: ({ values: [hash, id] }) => {
      sessions.set(hash, String(id));
      return [];
    },
    find_session: ({ values: [hash] }) => toRows(byId(users, sessions.get(hash))),
    end_session: ({ values: [hash] }) => {
      sessions.delete(hash);
      return [];
    },
    delete_user: ({ values: [id] }) => {
      const user = byId(users, String(id));
      if (user !== undefined) users.delete(String(user['email']));
      return [];
    },
    record_event: () => [],
    own_files: () => [],
  };
  return (query) => {
    const answer = answers[query.name];
    return answer === undefined ? undefined : Promise.resolve(answer(query));
  };
}

function byId(users: ReadonlyMap<string, Row>, id: string | undefined): Row | undefined {
  return [...users.values()].find((user) => user['id'] === id);
}

function toRows(row: Row | undefined): Row[] {
  return row === undefined ? [] : [row];
}
