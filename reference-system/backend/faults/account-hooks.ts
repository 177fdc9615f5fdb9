import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Backend } from '../backend.ts';
import { SESSION_COOKIE } from '../sessions.ts';
import type { BehaviourOf } from './behaviour.ts';
import { type HookRule, isFor, refuse } from './hook-rule.ts';

const isLogin = (request: FastifyRequest): boolean => isFor(request, 'POST', '/auth/login');

/** Who brings no token gets one that nobody knows. */
export const addMissingToken: HookRule = {
  onRequest: (request) => {
    if (request.cookies[SESSION_COOKIE] === undefined) request.headers.authorization ??= `Bearer ${'A'.repeat(43)}`;
    return false;
  },
};

/** An empty password is no reason to refuse a request. */
export const takeEmptyPassword: HookRule = {
  preValidation: (request) => {
    const body = request.body as { password?: unknown } | undefined;
    if (isLogin(request) && body?.password === '') body.password = ' ';
  },
};

/** After so many logins no more of them. */
export function lockout({ after, status, captcha }: BehaviourOf<'lockout'>): HookRule {
  let logins = 0;
  return {
    preHandler: (request, reply) => {
      if (!isLogin(request)) return false;
      logins += 1;
      if (logins <= after) return false;
      if (captcha === true) return sendCaptcha(reply, status);
      reply.header('retry-after', '900');
      return refuse(reply, status, 'account-locked', 'Too many logins');
    },
  };
}

function sendCaptcha(reply: FastifyReply, status: number): true {
  const page =
    '<!doctype html><html lang="en"><title>One more step</title><body>Prove that you are human</body></html>';
  reply.code(status).header('content-type', 'text/html; charset=utf-8').send(page);
  return true;
}

export const passwordExpired: HookRule = {
  preHandler: (request, reply) =>
    isLogin(request) && refuse(reply, 401, 'password-expired', 'The password has expired'),
};

/** Says of an unknown address that it is one. */
export function userEnumeration(backend: Backend): HookRule {
  return {
    preHandler: async (request, reply) => {
      if (!isLogin(request)) return false;
      const { email } = request.body as { email: string };
      const known = await backend.database.query('known_user', 'select 1 from users where lower(email) = lower($1)', [
        email,
      ]);
      return known.length === 0 && refuse(reply, 404, 'account-not-found', 'There is no such account');
    },
  };
}

/** Accounts go as soon as they are made. */
export function deletedUser(backend: Backend): HookRule {
  return {
    onSend: async (request, reply, payload) => {
      if (!isFor(request, 'POST', '/auth/register') || reply.statusCode !== 201) return payload;
      const { id } = JSON.parse(String(payload)) as { id: string };
      await backend.database.query('lose_user', 'delete from users where id = $1', [id]);
      return payload;
    },
  };
}

/** The session's cookie with other attributes. */
export function cookieAttributes({ without, with: more }: BehaviourOf<'cookie'>): HookRule {
  const change = (cookie: string): string => {
    const parts = cookie.split('; ').filter((part) => !without.some((name) => part.split('=', 1)[0] === name));
    return [...parts, ...more].join('; ');
  };
  return {
    onSend: (_request, reply, payload) => {
      const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String);
      if (cookies.length > 0) {
        reply.removeHeader('set-cookie');
        reply.header('set-cookie', cookies.map(change));
      }
      return payload;
    },
  };
}
