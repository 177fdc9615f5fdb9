import { z } from 'zod';
import { spoilings } from './spoil-answer.ts';

const httpStatus = z.int().min(100).max(599);

const action = z.union([
  z.strictObject({
    /** Overwrites the status; with `body` the request is answered without being routed. */
    status: httpStatus.optional(),
    body: z.string().optional(),
    contentType: z.string().optional(),
    /** Headers to set; null removes one. */
    headers: z.record(z.string(), z.string().nullable()).optional(),
  }),
  z.strictObject({ delayMs: z.number().positive() }),
  /** During `forMs` of every `everyMs` all requests wait for the end of the stall. */
  z.strictObject({ stall: z.strictObject({ everyMs: z.number().positive(), forMs: z.number().positive() }) }),
  /** Never answers; the connection stays open. */
  z.strictObject({ silent: z.literal(true) }),
  /** Closes the connection without an answer, with a TCP reset where the socket allows it. */
  z.strictObject({ reset: z.literal(true) }),
  /** Announces the whole body, sends half of it and closes the connection. */
  z.strictObject({ truncate: z.literal(true) }),
  /** Sends the head of the answer and nothing more. */
  z.strictObject({ headersOnly: z.literal(true) }),
  /** Sends the body byte by byte, with this pause between them. */
  z.strictObject({ dripMs: z.number().positive() }),
  /** Sends half of the body without a length, and ends the connection as if that were all. */
  z.strictObject({ closeDelimited: z.literal(true) }),
  /** Spoils the bytes of the real answer. */
  z.strictObject({ spoil: z.enum(spoilings) }),
  /** Lets the real answer through without the members at these JSON pointers. */
  z.strictObject({ removeJson: z.array(z.string().startsWith('/')) }),
  /** Lets the real answer through and overwrites JSON pointers (RFC 6901) in it. */
  z.strictObject({ patchJson: z.record(z.string().regex(/^(\/.*)?$/), z.json()) }),
]);

/**
 * One fault on requests that match; `rate` is the share of them that it hits (default: all), `after` lets the first
 * matching ones through, `since` waits for requests to another path, `times` ends it after so many hits.
 */
export const routeFault = z.strictObject({
  match: z.strictObject({
    method: z.string().toUpperCase().optional(),
    /** Path without query; `*` stands for any characters. */
    path: z.string().startsWith('/'),
  }),
  rate: z.number().min(0).max(1).optional(),
  after: z.int().positive().optional(),
  since: z.strictObject({ path: z.string().startsWith('/'), requests: z.int().positive() }).optional(),
  times: z.int().positive().optional(),
  action,
});

export const routeFaultList = z.array(routeFault);

export type RouteFault = z.infer<typeof routeFault>;
export type RouteFaultAction = RouteFault['action'];
