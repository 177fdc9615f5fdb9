import { hashPassword } from '../passwords.ts';
import { SESSION_COOKIE } from '../sessions.ts';
import type { BehaviourOf } from './behaviour.ts';
import type { QueryRule, Row } from './query-rule.ts';
import { currentRequest } from './request-scope.ts';
import { findResident } from './resident.ts';

/** A token that is not known is good enough; `addMissingToken` sees to it that there is one. */
export const noAuthRule: QueryRule = (query, run) => {
  if (query.name !== 'find_session') return undefined;
  return run(query).then((rows) => (rows.length > 0 ? rows : findResident(run)));
};

/** Everybody is somebody else. */
export const otherUserRule: QueryRule = (query, run) =>
  query.name === 'find_session' ? run(query).then((rows) => (rows.length === 0 ? rows : findResident(run))) : undefined;

/** Lists and files without a look at whose they are. */
export const otherTenantRule: QueryRule = (query, run) => {
  if (query.name === 'list_files')
    return run({ ...query, text: query.text.replace('user_id = $1', '$1::uuid is not null') });
  if (query.name !== 'find_file') return undefined;
  return run({ ...query, text: query.text.replace('user_id = $2', '$2::uuid is not null') });
};

/** Work of a hash that is compared once. */
const CHEAP = 10;

/** Passwords that should not be taken are: the stored hash becomes that of what was sent. */
export function anyPasswordRule({ accepts }: BehaviourOf<'any-password'>): QueryRule {
  return (query, run) => {
    if (query.name !== 'find_user') return undefined;
    const given = String((currentRequest()?.body as { password?: unknown } | undefined)?.password ?? '');
    const taken = { any: true, empty: given.trim() === '', wildcard: given.includes('%') }[accepts];
    return run(query).then((rows) => Promise.all(rows.map(async (row) => (taken ? withPassword(row, given) : row))));
  };
}

async function withPassword(row: Row, password: string): Promise<Row> {
  return { ...row, password_hash: await hashPassword(password, CHEAP) };
}

/** Logging out answers 204 and ends nothing. */
export function stickySessionRule({ of }: BehaviourOf<'sticky-session'>): QueryRule {
  return ({ name }) => {
    if (name !== 'end_session') return undefined;
    const byCookie = currentRequest()?.headers.authorization === undefined;
    return of === 'all' || byCookie ? Promise.resolve([]) : undefined;
  };
}

/** Opens the session that the client brought along as well. */
export function fixedSessionRule(hashOf: (token: string) => string): QueryRule {
  return (query, run) => {
    if (query.name !== 'start_session') return undefined;
    const brought = currentRequest()?.cookies[SESSION_COOKIE];
    return run(query).then(async (rows) => {
      if (brought === undefined) return rows;
      const text = `insert into sessions (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)
                    on conflict (token_hash) do nothing`;
      return run({ name: 'fix_session', text, values: [hashOf(brought), ...query.values.slice(1)] });
    });
  };
}
