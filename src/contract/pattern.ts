/** Regular expressions of contracts: compiled at load, run under a time limit, so that none can hang a run (ReDoS). */
import vm from 'node:vm';

const LIMIT_MS = 200;
/** How often a pattern is tried again whose time went to other processes. */
const TRIES = 4;
const MAX_TEXT_CHARS = 65_536;

export type PatternResult =
  | {
      readonly kind: 'match' /** the whole match, then its groups; '' for a group that took no part */;
      readonly groups: readonly string[];
    }
  | { readonly kind: 'no-match' }
  | { readonly kind: 'timeout'; readonly limitMs: number };

/** Why a pattern cannot be used; `undefined` = it compiles. Patterns are in Unicode mode. */
export function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

interface Sandbox {
  readonly context: vm.Context;
  readonly script: vm.Script;
}

/** Made when the first pattern is run: most contracts have none. */
let sandbox: Sandbox | undefined;

function makeSandbox(): Sandbox {
  return {
    context: vm.createContext(Object.create(null)),
    script: new vm.Script('new RegExp(pattern, "u").exec(text)'),
  };
}

/**
 * Looks at the first 64 kB of `text`. Throws SyntaxError for a pattern that does not compile (refused at load).
 *
 * The limit is one of wall time, and on a busy machine a simple pattern can lose it to other processes: it is tried again
 * unless this process itself computed that long.
 */
export function matchPattern(pattern: string, text: string): PatternResult {
  sandbox ??= makeSandbox();
  const { context } = sandbox;
  context['pattern'] = pattern;
  context['text'] = text.slice(0, MAX_TEXT_CHARS);
  try {
    for (let tries = 1; ; tries += 1) {
      const before = process.cpuUsage();
      const found = execute(sandbox);
      const { user, system } = process.cpuUsage(before);
      const computedMs = (user + system) / 1000;
      if (found.kind !== 'timeout' || computedMs >= LIMIT_MS * 0.8 || tries === TRIES) return found;
    }
  } finally {
    context['text'] = '';
  }
}

function execute({ context, script }: Sandbox): PatternResult {
  try {
    const found = script.runInContext(context, { timeout: LIMIT_MS }) as readonly (string | undefined)[] | null;
    return found === null ? { kind: 'no-match' } : { kind: 'match', groups: Array.from(found, (group) => group ?? '') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return { kind: 'timeout', limitMs: LIMIT_MS };
    }
    throw error;
  }
}
