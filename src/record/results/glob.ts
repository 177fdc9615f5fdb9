/** Patterns of the policy: globs over paths, and stars over names. */

const SPECIAL = /[.+^$()|[\]\\{}]/g;

/** `*` within a folder, `**` over folders, `?` one character, `{a,b}` either. `src/**` has what lies below, and `src` itself. */
export function pathMatcher(glob: string): (path: string) => boolean {
  const source = glob
    .replace(/^\.\//, '')
    .split(/(\/\*\*$|\*\*\/|\*\*|\*|\?|\{[^{}]*\})/)
    .map((part, index) => (index % 2 === 0 ? part.replace(SPECIAL, '\\$&') : wildcard(part)))
    .join('');
  const pattern = new RegExp(`^${source}$`);
  return (path) => pattern.test(path);
}

function wildcard(part: string): string {
  if (part === '/**') return '(?:/.*)?';
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  const choices = part.slice(1, -1).split(',');
  return `(?:${choices.map((choice) => choice.replace(SPECIAL, '\\$&').replaceAll('*', '[^/]*')).join('|')})`;
}

/** `*` stands for anything, everything else for itself. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const expression = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^$()|[\]\\{}]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
  return (name) => expression.test(name);
}
