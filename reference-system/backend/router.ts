import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Backend, Handler, Handlers } from './backend.ts';
import type { Operation } from './operations.ts';
import { ProblemError } from './problems.ts';
import { toAnalyticsHandlers } from './routes/analytics-routes.ts';
import { toAuthHandlers } from './routes/auth-routes.ts';
import { toChatHandlers } from './routes/chat-routes.ts';
import { toFilesHandlers } from './routes/files-routes.ts';
import { toJobsHandlers } from './routes/jobs-routes.ts';
import { toOperationsHandlers } from './routes/operations-routes.ts';
import { toRerankerHandlers } from './routes/reranker-routes.ts';
import { authenticate } from './sessions.ts';

const MINUTE_MS = 60_000;
/** What the flag FEATURE_COACH switches. */
const COACH_OPERATIONS: ReadonlySet<string> = new Set(['chat']);
const NONE: ReadonlySet<string> = new Set();
const STRICTLY_LIMITED = new Set(['register', 'login']);

/** Registers every operation of the release's contract; one without a handler is a defect and refuses the start. */
export function registerOperations(app: FastifyInstance, backend: Backend): void {
  const handlers: Handlers = {
    ...toOperationsHandlers(backend),
    ...toAuthHandlers(backend),
    ...toFilesHandlers(backend),
    ...toJobsHandlers(backend),
    ...toChatHandlers(backend),
    ...toRerankerHandlers(backend),
    ...toAnalyticsHandlers(backend),
  };
  const off = backend.config.settings.features['coach'] === 'off' ? COACH_OPERATIONS : NONE;
  for (const operation of backend.release.operations.filter(({ id }) => !off.has(id))) {
    const handler = handlers[operation.id];
    if (handler === undefined) {
      throw new Error(`Failed to start the backend: the contract has ${operation.id}, which nothing here answers.`);
    }
    registerOperation(app, backend, operation, handler);
  }
}

function registerOperation(app: FastifyInstance, backend: Backend, operation: Operation, handler: Handler): void {
  const { body, query, params } = operation;
  app.route({
    method: operation.method,
    url: operation.route,
    schema: {
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(params === undefined ? {} : { params }),
    },
    config: STRICTLY_LIMITED.has(operation.id) ? { rateLimit: toStrictLimit(backend, operation.id) } : {},
    onRequest: async (request) => {
      if (operation.authenticated) request.user = await authenticate(backend, request);
      requireMediaType(request, operation);
    },
    handler,
  });
}

/** Guessing passwords is limited per client and account, so one guesser does not lock everybody out. */
function toStrictLimit(backend: Backend, groupId: string) {
  return {
    max: backend.config.authRateLimitPerMinute,
    timeWindow: MINUTE_MS,
    groupId,
    // The account is in the body, which is parsed and valid only from here on.
    hook: 'preHandler' as const,
    keyGenerator: (request: FastifyRequest) =>
      `${request.ip} ${(request.body as { email: string }).email.toLowerCase()} `,
  };
}

function requireMediaType(request: FastifyRequest, operation: Operation): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || operation.requestTypes.length === 0) return;
  if (!operation.requestTypes.includes(type)) {
    throw new ProblemError('unsupported-media-type', { detail: `Send ${operation.requestTypes.join(' or ')}.` });
  }
}
