import { type Backend, type Handlers, requireUser } from '../backend.ts';
import { recordEvent } from '../events.ts';
import { hashPassword, verifyPassword } from '../passwords.ts';
import { ProblemError } from '../problems.ts';
import { endSession, SESSION_COOKIE, SESSION_COOKIE_OPTIONS, startSession } from '../sessions.ts';
import { removeBytes } from '../storage.ts';
import { toUser, type UserRow } from '../users.ts';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Accounts and sessions. */
export function toAuthHandlers(backend: Backend): Handlers {
  const { database, config } = backend;
  return {
    register: async (request, reply) => {
      const { email, password, name } = request.body as Credentials & { name: string };
      const [row] = await database.query<UserRow>(
        'insert_user',
        `insert into users (email, name, password_hash, created_at) values (lower($1), $2, $3, $4)
         on conflict (lower(email)) do nothing returning id, email, name, created_at`,
        [email, name, await hashPassword(password, backend.config.passwordCost), backend.now()],
      );
      if (row === undefined) throw new ProblemError('email-taken');
      return reply.code(201).send(toUser(row));
    },
    login: async (request, reply) => {
      const { email, password } = request.body as Credentials;
      const [row] = await database.query<UserRow & { password_hash: string }>(
        'find_user',
        'select id, email, name, created_at, password_hash from users where lower(email) = lower($1)',
        [email],
      );
      const matches = await verifyPassword(password, row?.password_hash, backend.config.passwordCost);
      if (row === undefined || !matches) {
        backend.metrics.authFailures.inc({ reason: 'wrong-credentials' });
        throw new ProblemError('wrong-credentials');
      }
      const { token, expiresAt } = await startSession(backend, row.id);
      await recordEvent(backend, row.id, 'login');
      reply.setCookie(SESSION_COOKIE, token, { ...SESSION_COOKIE_OPTIONS, expires: expiresAt });
      return { token, token_type: 'Bearer', expires_at: expiresAt.toISOString(), user: toUser(row) };
    },
    logout: async (request, reply) => {
      await endSession(backend, request);
      return reply.clearCookie(SESSION_COOKIE, SESSION_COOKIE_OPTIONS).code(204).send();
    },
    getMe: async (request) => requireUser(request),
    deleteMe: async (request, reply) => {
      const user = requireUser(request);
      const files = await database.query<{ id: string }>('own_files', 'select id from files where user_id = $1', [
        user.id,
      ]);
      await Promise.all(files.map((file) => removeBytes(config.uploadDir, file.id)));
      await database.query('delete_user', 'delete from users where id = $1', [user.id]);
      return reply.clearCookie(SESSION_COOKIE, SESSION_COOKIE_OPTIONS).code(204).send();
    },
  };
}
