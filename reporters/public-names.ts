/** `gate10` and `@playwright/test` in journeys that lie outside of this project: they mean what runs them, not a second copy. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { journey } from '../tests/support/journey.ts';

const PUBLIC = new URL('../src/index.ts', import.meta.url).href;
/** A folder without "type": "module" is loaded as CommonJS, which cannot take TypeScript that is a module. */
const PUBLIC_FOR_REQUIRE = new URL('./public-names.cjs', import.meta.url).href;
const SHARED: ReadonlySet<string> = new Set(['@playwright/test', 'playwright', 'playwright/test']);
const KEY = Symbol.for('gate10.public-names');

/** In this process, from here on; what lies in `root` is resolved as ever. */
export function resolvePublicNames(root: string): void {
  const place = globalThis as { [KEY]?: unknown };
  if (place[KEY] !== undefined) return;
  place[KEY] = { journey };
  const inside = pathToFileURL(`${root}/`).href;
  registerHooks({
    resolve(specifier, context, next) {
      const isForeign = context.parentURL?.startsWith('file:') === true && !context.parentURL.startsWith(inside);
      if (!isForeign) return next(specifier, context);
      const required = context.conditions.includes('require');
      if (specifier === 'gate10') return { url: required ? PUBLIC_FOR_REQUIRE : PUBLIC, shortCircuit: true };
      return next(specifier, SHARED.has(specifier) ? { ...context, parentURL: import.meta.url } : context);
    },
  });
}
