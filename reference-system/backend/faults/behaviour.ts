import { z } from 'zod';

const status = z.int().min(400).max(599);

/** What the code of this backend does wrong. */
export const behaviour = z.discriminatedUnion('name', [
  // Where data comes from.
  z.strictObject({ name: z.literal('fixtures') }),
  /** Accounts and sessions live in the memory of this process. */
  z.strictObject({ name: z.literal('in-memory') }),
  /** The first answer of a query is the answer to all that follow, whatever they ask for. */
  z.strictObject({ name: z.literal('cached') }),
  /** Reads do not see what is younger than this. */
  z.strictObject({ name: z.literal('stale-reads'), lagMs: z.number().positive() }),
  /** Every connection of the pool is taken and none comes back. */
  z.strictObject({ name: z.literal('pool-exhausted') }),
  z.strictObject({ name: z.literal('same-row') }),
  /** Off by one: each job but the first is the one before it. */
  z.strictObject({ name: z.literal('neighbour-row') }),
  z.strictObject({ name: z.literal('page-two') }),
  /** Whatever is searched for, nothing is found. */
  z.strictObject({ name: z.literal('lost-index') }),
  // Who is who.
  z.strictObject({ name: z.literal('memory-sessions') }),
  z.strictObject({ name: z.literal('no-auth') }),
  z.strictObject({ name: z.literal('any-password'), accepts: z.enum(['any', 'empty', 'wildcard']) }),
  z.strictObject({ name: z.literal('other-user') }),
  z.strictObject({ name: z.literal('other-tenant') }),
  /** Logging out leaves the session as it is: every one, or the one of a cookie. */
  z.strictObject({ name: z.literal('sticky-session'), of: z.enum(['all', 'cookie']) }),
  /** The session that a client brings along is the one that it is logged in with. */
  z.strictObject({ name: z.literal('fixed-session') }),
  z.strictObject({
    name: z.literal('cookie'),
    without: z.array(z.enum(['HttpOnly', 'Secure', 'SameSite'])).default([]),
    with: z.array(z.string()).default([]),
  }),
  z.strictObject({ name: z.literal('lockout'), after: z.int().min(0), status, captcha: z.literal(true).optional() }),
  z.strictObject({ name: z.literal('password-expired') }),
  z.strictObject({ name: z.literal('deleted-user') }),
  z.strictObject({ name: z.literal('user-enumeration') }),
  /** The clock of the process is off. */
  z.strictObject({ name: z.literal('clock'), offsetMs: z.int() }),
  // Files.
  z.strictObject({ name: z.literal('split-uploads') }),
  z.strictObject({ name: z.literal('lost-uploads') }),
  z.strictObject({ name: z.literal('damaged-uploads'), how: z.enum(['empty', 'truncated', 'transcoded']) }),
  z.strictObject({ name: z.literal('public-files') }),
  z.strictObject({ name: z.literal('file-listing') }),
  z.strictObject({ name: z.literal('upload-limit'), bytes: z.int().min(0) }),
  // What is answered.
  z.strictObject({
    name: z.literal('invalid-input'),
    answer: z.enum(['500', '200', 'stack-trace', 'stack-in-detail']),
  }),
  z.strictObject({ name: z.literal('page-for-unknown'), methods: z.array(z.string().toUpperCase()) }),
  z.strictObject({ name: z.literal('warm-up'), forMs: z.number().positive() }),
]);

export const behaviourList = z.array(behaviour);

export type Behaviour = z.infer<typeof behaviour>;
export type BehaviourName = Behaviour['name'];
export type BehaviourOf<Name extends BehaviourName> = Extract<Behaviour, { name: Name }>;
