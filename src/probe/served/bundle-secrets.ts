/** Secrets in the text of a file that everybody can read: `authority/secret-patterns.yaml`, and the declared ones. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';

const toPatternsSchema = () =>
  z
    .strictObject({
      schema: z.literal('gate10/secret-patterns/v1'),
      sources: z.record(z.string(), z.string().min(10)),
      patterns: z
        .array(
          z.strictObject({
            name: z.string(),
            match: z.string().transform((text) => new RegExp(text)),
            source: z.string(),
          }),
        )
        .min(1),
    })
    .refine(({ patterns, sources }) => patterns.every(({ source }) => Object.hasOwn(sources, source)), {
      error: 'a source that is not listed',
    });

export type SecretPatterns = z.output<ReturnType<typeof toPatternsSchema>>['patterns'];

/** Shorter ones stand in many a text by chance. */
const MIN_SECRET_CHARS = 8;

/** Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadSecretPatterns(): SecretPatterns {
  return readAuthority('secret-patterns.yaml', toPatternsSchema()).patterns;
}

export interface FoundSecrets {
  /** Names of the environment variables whose values are in the text. */
  readonly declared: readonly string[];
  /** What the text seems to hold, by the look of it. */
  readonly likely: readonly string[];
}

export interface LocatedSecret {
  /** the pattern, or the environment variable whose value it is */
  readonly name: string;
  readonly index: number;
  readonly value: string;
}

/** Every place, in the order of the text. Holds the values: nothing of it may be shown as it is. */
export function locateSecrets(
  text: string,
  patterns: SecretPatterns,
  secrets: ReadonlyMap<string, string>,
): readonly LocatedSecret[] {
  const likely = patterns.flatMap(({ name, match }) =>
    [...text.matchAll(new RegExp(match, 'g'))].map(({ 0: value, index }) => ({ name, index, value })),
  );
  const declared = [...secrets]
    .filter(([, value]) => value.length >= MIN_SECRET_CHARS)
    .flatMap(([name, value]) => placesOf(value, text).map((index) => ({ name: `value of ${name}`, index, value })));
  return [...likely, ...declared].sort((a, b) => a.index - b.index);
}

function placesOf(value: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) places.push(at);
  return places;
}

/** Names only, never values. */
export function findSecrets(
  text: string,
  patterns: SecretPatterns,
  secrets: ReadonlyMap<string, string>,
): FoundSecrets {
  const declared = [...secrets].filter(([, value]) => value.length >= MIN_SECRET_CHARS && text.includes(value));
  const likely = patterns.filter(({ match }) => match.test(text));
  return { declared: declared.map(([name]) => name), likely: likely.map(({ name }) => name) };
}
