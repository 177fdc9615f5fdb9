/**
 * For programs that read each document once: zod compiles no schema to code of its own, which pays only where the same
 * schema sees thousands of documents; nor does it watch for cycles, which no document has (one through aliases is refused).
 * To be imported before any schema is made, by a program that owns its process.
 */
import { z } from 'zod';

const NO_CYCLES: z.core.$ZodMemoizer = {
  attach: () => undefined,
  guard: () => undefined,
  alloc: (_schema, _payload, empty) => empty,
};

z.config({ jitless: true, memoizer: NO_CYCLES });
