/** The cited figures of `authority/`: gate10's own files, so whatever is wrong with one is gate10's own fault. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { z } from 'zod';
import { OwnFaultError } from '../errors.ts';

/** Absolute path of a file of `authority/`. The source and the build lie equally deep, so one way up fits both. */
export function authorityPath(name: string): string {
  return fileURLToPath(new URL(`../../authority/${name}`, import.meta.url));
}

/** Throws OwnFaultError. */
export function readAuthority<T>(name: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(authorityPath(name), 'utf8')));
  } catch (cause) {
    throw new OwnFaultError(`Failed to load authority/${name}: it is missing or not valid. Install gate10 anew.`, {
      cause,
    });
  }
}

/** Every figure cites a source, and each of these is listed. */
export function citesWhatIsListed({
  cites,
  sources,
}: {
  readonly cites: Readonly<Record<string, readonly string[]>>;
  readonly sources: Readonly<Record<string, unknown>>;
}): boolean {
  return Object.values(cites)
    .flat()
    .every((name) => Object.hasOwn(sources, name));
}
