import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Backend } from './backend.ts';
import { ProblemError } from './problems.ts';
import { toUser, type User, type UserRow } from './users.ts';

export const SESSION_COOKIE = '__Host-mosaic_session';
export const SESSION_COOKIE_OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

const TOKEN_BYTES = 32;
const SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Starts a session and returns its token, which only the client keeps; the user's expired sessions go at the same time. */
export async function startSession(backend: Backend, userId: string): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const now = backend.now();
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME_MS);
  await backend.database.query(
    'start_session',
    `with expired as (delete from sessions where user_id = $2 and expires_at <= $3)
     insert into sessions (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)`,
    [hashToken(backend, token), userId, now, expiresAt],
  );
  return { token, expiresAt };
}

/** The user whose session the request carries; throws the problem `not-authenticated` when there is none. */
export async function authenticate(backend: Backend, request: FastifyRequest): Promise<User> {
  const token = readToken(request);
  if (token === undefined) return refuse(backend, 'no-token');
  const [row] = await backend.database.query<UserRow>(
    'find_session',
    `select u.id, u.email, u.name, u.created_at from sessions s join users u on u.id = s.user_id
     where s.token_hash = $1 and s.expires_at > $2`,
    [hashToken(backend, token), backend.now()],
  );
  return row === undefined ? refuse(backend, 'unknown-token') : toUser(row);
}

/** Ends the session of the token in the request. */
export async function endSession(backend: Backend, request: FastifyRequest): Promise<void> {
  const token = readToken(request);
  if (token === undefined) return;
  await backend.database.query('end_session', 'delete from sessions where token_hash = $1', [
    hashToken(backend, token),
  ]);
}

function refuse(backend: Backend, reason: string): never {
  backend.metrics.authFailures.inc({ reason });
  throw new ProblemError('not-authenticated');
}

function readToken(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer ([\w-]{43})$/.exec(request.headers.authorization ?? '')?.[1];
  // An explicit header wins, also when it is wrong: a forged bearer must not fall back to the cookie beside it.
  return request.headers.authorization === undefined ? request.cookies[SESSION_COOKIE] : bearer;
}

/** Tokens are stored hashed under the service's secret: a copy of the table opens no session. */
export function hashToken(backend: Backend, token: string): string {
  return createHmac('sha256', backend.config.sessionSecret).update(token).digest('hex');
}
