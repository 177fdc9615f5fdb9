/** One line of a redirect table: the first that matches wins. */
export type RedirectRule = {
  line: number;
  /** Path without `*`; with `splat` it is a prefix. */
  from: string;
  splat: boolean;
  /** `/path` on this host or `https://host/path`; `:splat` stands for what `*` matched. */
  to: string;
  status: 200 | 301 | 302 | 307 | 308 | 404;
};

/** What a request path becomes. */
export type RedirectMatch = { rule: RedirectRule; target: string };

const statuses = [200, 301, 302, 307, 308, 404] as const;

/**
 * Parses a `_redirects` table: `from to status` per line, `#` starts a comment.
 * Strict: throws one error that names every line which cannot be read.
 */
export function parseRedirects(text: string, file: string): RedirectRule[] {
  const rules: RedirectRule[] = [];
  const problems: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.replace(/(^|\s)#.*$/, '').trim();
    if (content === '') continue;
    const rule = parseLine(content, index + 1);
    if (typeof rule === 'string') problems.push(`Failed to load ${file}:${index + 1}: ${rule}`);
    else rules.push(rule);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return rules;
}

function parseLine(content: string, line: number): RedirectRule | string {
  const [from, to, code, ...rest] = content.split(/\s+/);
  if (from === undefined || to === undefined || code === undefined) {
    return `"${content}" has too few fields. Write "from to status", for example "/jobs* https://api.example/jobs:splat 200".`;
  }
  if (rest.length > 0) return `"${rest.join(' ')}" is one field too many. Write "from to status".`;
  if (!from.startsWith('/') || (from.indexOf('*') !== -1 && from.indexOf('*') !== from.length - 1)) {
    return `"${from}" is no path pattern. Start it with "/" and use "*" only at its end.`;
  }
  if (!/^(\/|https:\/\/[a-z0-9.-]+(:\d+)?\/)/.test(to)) {
    return `"${to}" is no target. Write a path, or an https URL with a path.`;
  }
  const status = statuses.find((known) => String(known) === code);
  if (status === undefined) return `status "${code}" is unknown. Use one of ${statuses.join(', ')}.`;
  const splat = from.endsWith('*');
  if (to.includes(':splat') && !splat) return `"${to}" uses :splat but "${from}" has no "*". Add "*", or drop :splat.`;
  return { line, from: splat ? from.slice(0, -1) : from, splat, to, status };
}

/** The first rule that matches a path (without query), or undefined. */
export function matchRedirect(rules: RedirectRule[], path: string): RedirectMatch | undefined {
  for (const rule of rules) {
    if (rule.splat ? !path.startsWith(rule.from) : path !== rule.from) continue;
    return { rule, target: rule.to.replaceAll(':splat', () => path.slice(rule.from.length)) };
  }
  return undefined;
}

/** True for a rule that hands the request to another host. */
export function isProxyRule(rule: RedirectRule): boolean {
  return rule.status === 200 && rule.to.startsWith('https://');
}
