/**
 * `${NAME}` and `${NAME:-default}` in the values of a document. It happens after parsing, so that the value of a variable can
 * never add keys or structure. `$${` is a literal `${`. `${services.app.origin}` is not a variable: it is the origin of a
 * service in the environment that is run.
 */
import type { Problem } from '../errors.ts';
import { whyUnusable } from './usable-value.ts';
import type { DataPath, YamlDocument } from './yaml-document.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const ORIGIN = /^services\.([a-z0-9-]+)\.origin$/;

export type Env = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly value: unknown;
  /** paths (`a.b.0`) of the values that came from variables: never shown in an error */
  readonly filled: ReadonlySet<string>;
  /** paths of the values that were left alone because `skip` said so */
  readonly open: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Values below the other environments stay as they are: their variables may be unset. */
export function interpolate(document: YamlDocument, env: Env, environment: string): Interpolated {
  const skip = (path: DataPath) => path[0] === 'environments' && path.length > 1 && path[1] !== environment;
  const filled = new Set<string>();
  const open = new Set<string>();
  const problems: Problem[] = [];
  const walk = (value: unknown, path: DataPath): unknown => {
    if (typeof value === 'string' && value.includes('${')) {
      if (skip(path)) {
        open.add(path.join('.'));
        return value;
      }
      if (/(?<!\$)\$\{/.test(value)) filled.add(path.join('.'));
      // where the URL itself is unset or wrong, that is the problem that is told
      const originOf = (service: string) => {
        const origin = serviceOrigin(document.value, environment, service, env);
        if (origin === undefined) open.add(path.join('.'));
        return origin;
      };
      return fill(value, env, originOf, (what, fix) => {
        const { line, column } = document.place(path);
        problems.push({ code: 'variable', file: document.file, line, column, path: path.join('.'), what, fix });
      });
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member, [...path, key])]));
    }
    return value;
  };
  return { value: walk(document.value, []), filled, open, problems };
}

type Refuse = (what: string, fix: string) => void;

function fill(text: string, env: Env, originOf: (service: string) => string | undefined, refuse: Refuse): string {
  return text.replace(REFERENCE, (whole: string, inside: string | undefined) => {
    if (inside === undefined) return '${';
    const [, service] = ORIGIN.exec(inside) ?? [];
    if (service !== undefined) return originOf(service) ?? whole;
    const [, name, fallback] = INSIDE.exec(inside) ?? [];
    if (name === undefined) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the notations themselves
      refuse('a "${…}" does not name a variable', 'Write ${NAME} or ${NAME:-default}; a literal "${" is "$${".');
      return whole;
    }
    const value = env[name];
    if ((value === undefined || value === '') && fallback !== undefined) return fallback;
    if (value === undefined) {
      refuse(`the environment variable ${name} is not set`, `Set ${name}, or write \${${name}:-default}.`);
      return '';
    }
    const why = whyUnusable(value);
    if (why) refuse(`the value of the environment variable ${name} ${why}`, `Set ${name} to what is meant.`);
    return value;
  });
}

/** `undefined` where the URL is missing or wrong. */
function serviceOrigin(document: unknown, environment: string, service: string, env: Env): string | undefined {
  let node = document;
  for (const key of ['environments', environment, 'services', service, 'url']) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  if (typeof node !== 'string') return undefined;
  const url = fill(
    node,
    env,
    () => undefined,
    () => {},
  );
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
