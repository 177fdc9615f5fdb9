/** `authority/google-test-pyramid.yaml`: the shape, the advice, and the usual names of levels. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';
import { TEST_LEVELS } from '../../contract/tests-schema.ts';

const level = z.enum(TEST_LEVELS);
const words = z.array(z.string().min(1)).min(1);

const pyramidAuthoritySchema = z.strictObject({
  schema: z.literal('gate10/test-pyramid/v1'),
  id: z.string(),
  shape: z.strictObject({ levels: z.array(level).min(2), source: z.string().min(10), note: z.string() }),
  advice: z.strictObject({
    split: z.partialRecord(level, z.number().gt(0).lt(1)),
    source: z.string().min(10),
    quote: z.string(),
  }),
  names: z.strictObject({
    source: z.string().min(10),
    words: z.record(level, words),
    class_suffixes: z.partialRecord(level, words),
  }),
});
export type PyramidAuthority = z.output<typeof pyramidAuthoritySchema>;

/** Throws OwnFaultError. */
export function loadPyramidAuthority(): PyramidAuthority {
  return readAuthority('google-test-pyramid.yaml', pyramidAuthoritySchema);
}
