/** Regular expressions of contracts: compiled at load, run under a time limit, so that none can hang a run (ReDoS). */
import vm from 'node:vm';

const LIMIT_MS = 200;
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

const context = vm.createContext(Object.create(null));
const script = new vm.Script('new RegExp(pattern, "u").exec(text)');

/** Looks at the first 64 kB of `text`. Throws SyntaxError for a pattern that does not compile (refused at load). */
export function matchPattern(pattern: string, text: string): PatternResult {
  context['pattern'] = pattern;
  context['text'] = text.slice(0, MAX_TEXT_CHARS);
  try {
    const found = script.runInContext(context, { timeout: LIMIT_MS }) as readonly (string | undefined)[] | null;
    return found === null ? { kind: 'no-match' } : { kind: 'match', groups: Array.from(found, (group) => group ?? '') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return { kind: 'timeout', limitMs: LIMIT_MS };
    }
    throw error;
  } finally {
    context['text'] = '';
  }
}
