import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type InvalidField, PROBLEMS, type ProblemCode, ProblemError, toProblemBody } from './problems.ts';

/** Answers any error as a problem; only the logs see what an unexpected one was. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = error instanceof ProblemError ? error : toProblem(error as FastifyError);
  const { status } = PROBLEMS[problem.code];
  if (status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.extras.retryAfterSeconds !== undefined) reply.header('retry-after', problem.extras.retryAfterSeconds);
  // The body is text already: a string is the one payload that Fastify sends as it is under this media type.
  reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblemBody(problem, request.id, request.url)));
}

const BY_STATUS: Record<number, ProblemCode> = {
  404: 'route-not-found',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

function toProblem(error: FastifyError): ProblemError {
  if (error.validation !== undefined) {
    const errors: InvalidField[] = error.validation.map((entry) => ({
      path: entry.instancePath,
      message: entry.message ?? 'is not valid',
    }));
    return new ProblemError('invalid-request', { detail: error.message, errors });
  }
  const { statusCode } = error;
  if (statusCode === undefined || statusCode >= 500 || statusCode < 400) {
    return new ProblemError('internal-error', { cause: error });
  }
  return new ProblemError(BY_STATUS[statusCode] ?? 'invalid-request', { detail: error.message });
}
