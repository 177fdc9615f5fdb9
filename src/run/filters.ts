/** Which arguments of a Playwright command leave tests out, and which parts of the suite they ask for. */
import type { AskedParts } from './run-order.ts';

const FILTER_FLAGS = [
  '-g',
  '--grep',
  '-G',
  '--grep-invert',
  '--last-failed',
  '--only-changed',
  '--test-list',
  '--test-list-invert',
  '--no-deps',
  '-x',
  '--max-failures',
];

/** Flags that take the next argument as their value (Playwright 1.65, `program.ts`). */
const VALUE_FLAGS = new Set([
  '--add-reporter',
  '--browser',
  '-c',
  '--config',
  '--global-timeout',
  '-g',
  '--grep',
  '-G',
  '--grep-invert',
  '--last-failed-file',
  '--max-failures',
  '--output',
  '--repeat-each',
  '--reporter',
  '--retries',
  '--shard',
  '--test-list',
  '--test-list-invert',
  '--timeout',
  '--trace',
  '--tsconfig',
  '--ui-host',
  '--ui-port',
  '-j',
  '--workers',
]);

/** Arguments after `test`, as `--flag=value` or `--flag value`; positional ones are file filters. */
export function findFilters(argv: readonly string[]): string[] {
  const args = argv.slice(argv.indexOf('test') + 1);
  const filters: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const [flag = '', inline] = arg.split(/=(.*)/s);
    const takesNext = inline === undefined && VALUE_FLAGS.has(flag);
    const value = takesNext ? args[index + 1] : inline;
    if (takesNext) index++;
    if (flag === '--project') {
      if (inline === undefined) index += countNames(args.slice(index + 1));
    } else if (FILTER_FLAGS.includes(flag)) filters.push(value === undefined ? flag : `${flag} ${value}`);
    else if (!arg.startsWith('-')) filters.push(arg);
  }
  return filters;
}

/** `--project` takes every following argument up to the next flag. */
function countNames(rest: readonly string[]): number {
  const next = rest.findIndex((arg) => arg.startsWith('-'));
  return next === -1 ? rest.length : next;
}

/** Project names of `--project=a --project b c`. */
export function findProjects(argv: readonly string[]): string[] {
  const names: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const arg = argv[index] ?? '';
    if (arg.startsWith('--project=')) names.push(arg.slice('--project='.length));
    if (arg === '--project') {
      const count = countNames(argv.slice(index + 1));
      names.push(...argv.slice(index + 1, index + 1 + count));
      index += count;
    }
  }
  return names;
}

/** Projects that make journeys: `journeys`, and `journeys-<way>`. */
const JOURNEYS = /^journeys(?:-(.+))?$/;

/** What the chosen projects make of a run; `known` = the names of all. A project of the adopter's own asks for the whole. */
export function findParts(argv: readonly string[], known: readonly string[]): AskedParts {
  const asked = findProjects(argv);
  const names = asked.length === 0 ? known : known.filter((name) => asked.some((one) => isMeant(one, name)));
  const ways = names.flatMap((name) => {
    const match = JOURNEYS.exec(name);
    return match === null ? [] : [match[1] ?? ''];
  });
  const own = ['settle', 'confirm'];
  const production = ways.length === 0 || names.some((name) => !JOURNEYS.test(name) && !own.includes(name));
  // A whole run has its smoke journeys as usual: where some are made in another way, these have to be made too.
  const asUsual = production && ways.length > 0 && !ways.includes('');
  return { production, ways: asUsual ? ['', ...ways] : ways };
}

/** As the runner takes it: without regard to case, `*` for any text. */
function isMeant(asked: string, name: string): boolean {
  const parts = asked.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
}
