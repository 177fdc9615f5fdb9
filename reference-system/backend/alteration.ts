import type { FastifyInstance } from 'fastify';
import type { Backend } from './backend.ts';

/** Changes a backend from outside, e.g. to make it wrong: what its routes work with, and the hooks around them. */
export interface Alteration {
  alter(backend: Backend): Backend;
  register(app: FastifyInstance): void;
}
