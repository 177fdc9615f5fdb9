/** What browsers should be told, and how weakly at most: `authority/owasp-headers.yaml`. */
import { z } from 'zod';
import { readAuthority } from '../../contract/authority-file.ts';

const toPattern = () => z.string().transform((text) => new RegExp(text, 'i'));

const toHeaderRule = () =>
  z.strictObject({
    name: z.string(),
    for: z.enum(['https', 'document', 'any']),
    minMaxAgeSeconds: z.int().positive().optional(),
    oneOf: z.array(z.string()).optional(),
    noneOf: z.array(z.string()).optional(),
    scripts: z.literal('restricted').optional(),
    /** A directive of the content security policy that does the same. */
    orDirective: z.string().optional(),
    recommended: z.string(),
    source: z.string(),
  });

const toSecurityAuthoritySchema = () =>
  z
    .strictObject({
      schema: z.literal('gate10/security-headers/v1'),
      sources: z.record(z.string(), z.string().min(10)),
      headers: z.array(toHeaderRule()).min(1),
      anyScript: z.array(z.string()).min(1),
      leaks: z.array(z.string()),
      sessionCookies: toPattern(),
      readableCookies: toPattern(),
      debugPages: z.array(z.string()),
    })
    .refine(({ headers, sources }) => headers.every(({ source }) => Object.hasOwn(sources, source)), {
      error: 'a source that is not listed',
    });

export type SecurityAuthority = z.output<ReturnType<typeof toSecurityAuthoritySchema>>;
export type HeaderRule = z.output<ReturnType<typeof toHeaderRule>>;

let loaded: SecurityAuthority | undefined;

/** Read once. Throws OwnFaultError: the file is gate10's, not the adopter's. */
export function loadSecurityAuthority(): SecurityAuthority {
  loaded ??= readAuthority('owasp-headers.yaml', toSecurityAuthoritySchema());
  return loaded;
}
