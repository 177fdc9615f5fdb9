import type { Schemas } from './api-client.ts';

// The shapes of contracts/openapi/backend.yaml that the pages use.
export type User = Schemas['User'];
export type Job = Schemas['Job'];
export type JobPage = Schemas['JobPage'];
export type StoredFile = Schemas['StoredFile'];

/** The limits of the contract that the forms say beforehand. */
export const limits = { passwordMinLength: 12, messageMaxLength: 4000, queryMaxLength: 100 } as const;
