import type { BehaviourOf } from './behaviour.ts';
import { type HookRule, refuse } from './hook-rule.ts';

const page = '<!doctype html><html lang="en"><title>mosaic</title><body><div id="app"></div></body></html>';

/** Input that the contract refuses is answered another way. */
export function invalidInput({ answer }: BehaviourOf<'invalid-input'>): HookRule {
  return {
    onSend: (request, reply, payload) => {
      if (reply.statusCode !== 400) return payload;
      if (answer === '200') {
        reply.code(200).header('content-type', 'application/json');
        return '{"ok":true}';
      }
      const stack = new TypeError('Cannot read properties of undefined').stack;
      if (answer === 'stack-in-detail') {
        return JSON.stringify({ ...(JSON.parse(String(payload)) as object), detail: stack });
      }
      reply.code(500);
      if (answer === '500') {
        const body = { type: 'about:blank', title: 'Internal error', status: 500, code: 'internal-error' };
        return JSON.stringify({ ...body, request_id: request.id });
      }
      reply.header('content-type', 'text/plain; charset=utf-8');
      return stack;
    },
  };
}

/** Routes that do not exist are answered with the application's page. */
export function pageForUnknown({ methods }: BehaviourOf<'page-for-unknown'>): HookRule {
  return {
    onRequest: (request, reply) => {
      if (!request.is404 || !methods.includes(request.method)) return false;
      reply.code(200).header('content-type', 'text/html; charset=utf-8').send(page);
      return true;
    },
  };
}

/** Nothing but 503 for a while. */
export function warmUp({ forMs }: BehaviourOf<'warm-up'>, nowMs: () => number): HookRule {
  const untilMs = nowMs() + forMs;
  return {
    onRequest: (_request, reply) => nowMs() < untilMs && refuse(reply, 503, 'warming-up', 'The service is starting'),
  };
}

/** The date that this process thinks it is. */
export function dateHeader(now: () => Date): HookRule {
  return {
    onSend: (_request, reply, payload) => {
      reply.header('date', now().toUTCString());
      return payload;
    },
  };
}
