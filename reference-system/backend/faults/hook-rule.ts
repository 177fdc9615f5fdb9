import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a behaviour does to a request on its way in and to its answer on the way out. */
export type HookRule = {
  /** Before anything is known of the request but its head; true when it has been answered. */
  onRequest?: (request: FastifyRequest, reply: FastifyReply) => boolean | Promise<boolean>;
  /** Before the body is held against the contract. */
  preValidation?: (request: FastifyRequest) => void;
  /** Before the handler; true when it has been answered. */
  preHandler?: (request: FastifyRequest, reply: FastifyReply) => boolean | Promise<boolean>;
  /** Gives the body that is sent instead. */
  onSend?: (request: FastifyRequest, reply: FastifyReply, payload: unknown) => unknown;
};

/** Whether the request is for this operation, by its method and the route's pattern. */
export function isFor(request: FastifyRequest, method: string, route: string): boolean {
  return request.method === method && request.routeOptions.url === route;
}

/** Answers with a problem in the backend's own form. */
export function refuse(reply: FastifyReply, status: number, code: string, title: string): true {
  const body = { type: 'about:blank', title, status, code, request_id: reply.request.id };
  reply.code(status).header('content-type', 'application/problem+json').send(JSON.stringify(body));
  return true;
}
