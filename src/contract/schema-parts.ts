/** Parts of schema.ts that the schemas of single blocks are made of; handed to them, so that nothing imports in a circle. */
import type { z } from 'zod';

export interface SchemaParts<Matcher extends z.ZodType = z.ZodType, Extractor extends z.ZodType = z.ZodType> {
  readonly slug: z.ZodType<string, string>;
  readonly path: z.ZodType<string, string>;
  readonly pointer: z.ZodType<string, string>;
  readonly duration: z.ZodType<number, string>;
  readonly ratio: z.ZodType<number, number>;
  readonly httpUrl: z.ZodType<string, string>;
  readonly severity: z.ZodType<'P0' | 'P1' | 'P2' | 'P3', 'P0' | 'P1' | 'P2' | 'P3'>;
  readonly matcher: Matcher;
  readonly extractor: Extractor;
}
