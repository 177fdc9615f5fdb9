/**
 * For programs that read each document once: zod compiles no schema to code of its own, which pays only where the same
 * schema sees thousands of documents; nor does it look for cycles, which no document has (one through aliases is refused).
 * To be imported before any schema is made, by a program that owns its process.
 */
import { z } from 'zod';

z.config({ jitless: true, memoizer: undefined });
