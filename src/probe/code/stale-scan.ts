/** Finds the hosts that one configuration file names, with their lines; comments say nothing. */
import type { ConfigurationFile } from './stale-files.ts';

export interface NamedHost {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In lower case, without port. */
  readonly host: string;
}

const URL_HOST = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"'<>]*@)?(\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*)(.?)/gi;
const HOST_VALUE =
  /^\s*(?:export\s+)?[\w.]*(?:HOST|DOMAIN|ORIGIN|ENDPOINT|SERVER)\w*\s*[=:]\s*["']?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?["']?\s*$/i;
const NGINX_SERVER = /^\s*server\s+([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?[^;{]*;/i;
/** What is filled in later: `https://api.${DOMAIN}` names no host yet. */
const TEMPLATE = /[$%{<*]/;

/** Every host that a URL names, and host names where only a host can stand. */
export function findNamedHosts(file: ConfigurationFile, text: string): NamedHost[] {
  return significantLines(file, text).flatMap(({ line, content }) => {
    const urls = [...content.matchAll(URL_HOST)].flatMap(([, host = '', after = '']) =>
      TEMPLATE.test(after) || host.endsWith('.') ? [] : [host],
    );
    const bare = [HOST_VALUE, NGINX_SERVER].flatMap((pattern) => pattern.exec(content)?.[1] ?? []);
    const hosts = new Set([...urls, ...bare].map((host) => host.toLowerCase()));
    return [...hosts].filter((host) => /[.:]/.test(host)).map((host) => ({ file: file.path, line, host }));
  });
}

/** Every place that names one of these hosts in any way; `*.` stands for every name below. */
export function findRetired(file: ConfigurationFile, text: string, retired: readonly string[]): NamedHost[] {
  const patterns = retired.map((host) => ({ host, pattern: toPattern(host) }));
  return significantLines(file, text).flatMap(({ line, content }) =>
    patterns.flatMap(({ pattern }) => {
      const [found] = pattern.exec(content) ?? [];
      return found === undefined ? [] : [{ file: file.path, line, host: found.toLowerCase() }];
    }),
  );
}

function toPattern(host: string): RegExp {
  const name = host.replace(/^\*\./, '').replaceAll('.', '\\.');
  const below = host.startsWith('*.') ? '[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.' : '';
  return new RegExp(`(?<![a-z0-9.-])${below}${name}(?![a-z0-9-]|\\.[a-z0-9])`, 'i');
}

interface Line {
  readonly line: number;
  readonly content: string;
}

function significantLines({ comments, only }: ConfigurationFile, text: string): Line[] {
  const lines = text.split(/\r\n|\n|\r/).map((content, index) => ({ line: index + 1, content }));
  if (only === 'scripts') return scriptLines(lines);
  let inBlock = false;
  return lines.map(({ line, content }) => {
    if (comments !== '//') return { line, content: comments === '#' ? beforeHash(content) : content };
    const isInside = inBlock || /^\s*\/\*/.test(content);
    inBlock = isInside && !content.includes('*/');
    return { line, content: isInside ? '' : content.replace(/(^|\s)\/\/.*$/, '$1') };
  });
}

/** `scripts` and `proxy` of a package.json: its other addresses are of people and of the project. */
function scriptLines(lines: readonly Line[]): Line[] {
  let inside = false;
  return lines.filter(({ content }) => {
    if (/^\s*"scripts"\s*:\s*\{/.test(content)) inside = true;
    const isTaken = inside || /^\s*"proxy"\s*:/.test(content);
    if (inside && content.includes('}') && !/"[^"]*\}[^"]*"/.test(content)) inside = false;
    return isTaken;
  });
}

/** A comment begins at a `#` that begins the line or follows a space, outside of quotes. */
function beforeHash(content: string): string {
  let quote = '';
  for (let index = 0; index < content.length; index += 1) {
    const [character = '', before = ' '] = [content[index], content[index - 1]];
    if (quote !== '') {
      if (character === quote && before !== '\\') quote = '';
    } else if ((character === '"' || character === "'") && /[\s=:,([{]/.test(before)) quote = character;
    else if (character === '#' && /\s/.test(before)) return content.slice(0, index);
  }
  return content;
}
