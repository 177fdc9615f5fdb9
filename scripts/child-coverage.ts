/**
 * What child processes ran of `src/`: the commands are tested as their users run them, in processes of their own, and Vitest
 * follows its own workers only. Node writes V8's coverage of each process into NODE_V8_COVERAGE.
 *
 * Both are made from the same syntax tree, so statement n is statement n; where a statement ends, source maps do not say alike.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mergeScriptCovs, type ScriptCov } from '@bcoe/v8-coverage';
import { convert } from 'ast-v8-to-istanbul';
import { parseAstAsync } from 'rolldown/parseAst';

/** Of a file as Istanbul tells it: how often each statement, function and arm of a branch ran. */
export interface Hits {
  s: Record<string, number>;
  f: Record<string, number>;
  b: Record<string, number[]>;
}

/** By absolute path: what any process that wrote into `dir` has run of the files below `root`/src. */
export async function childHits(dir: string, root: string): Promise<Map<string, Hits>> {
  const hits = new Map<string, Hits>();
  for (const [file, coverage] of readScripts(dir, pathToFileURL(path.join(root, 'src/')).href)) {
    const code = stripTypeScriptTypes(readFileSync(file, 'utf8'));
    const converted = await convert({ code, ast: parseAstAsync(code), coverage, wrapperLength: 0 });
    const [told] = Object.values(converted) as unknown as Hits[];
    if (told === undefined) continue;
    withoutDebts(told);
    hits.set(file, told);
  }
  return hits;
}

/**
 * The arm of an `else` that is not written is what is left of its `if`: where a process was ended in between, less than nothing.
 * That is nothing.
 */
export function withoutDebts(hits: Hits): void {
  for (const arms of Object.values(hits.b)) for (const each of arms.keys()) arms[each] = Math.max(0, arms[each] ?? 0);
}

/** Adds to `known`; false = the two do not tell of the same statements. */
export function addHits(known: Hits, more: Hits): boolean {
  const arms = ({ b }: Hits): string =>
    Object.values(b)
      .map((each) => each.length)
      .join();
  const size = ({ s, f }: Hits): string => [s, f].map((each) => Object.keys(each).length).join();
  if (size(known) !== size(more) || arms(known) !== arms(more)) return false;
  for (const kind of ['s', 'f'] as const) {
    const counts = Object.values(more[kind]);
    for (const [index, key] of Object.keys(known[kind]).entries())
      known[kind][key] = (known[kind][key] ?? 0) + (counts[index] ?? 0);
  }
  const branches = Object.values(more.b);
  for (const [index, arm] of Object.values(known.b).entries())
    for (const each of arm.keys()) arm[each] = (arm[each] ?? 0) + (branches[index]?.[each] ?? 0);
  return true;
}

/** One at a time: a process writes megabytes, most of them about packages. */
function readScripts(dir: string, ours: string): Map<string, ScriptCov> {
  const merged = new Map<string, ScriptCov>();
  const lengths = new Map<string, number>();
  for (const name of readdirSync(dir)) {
    for (const script of readProcess(path.join(dir, name)).filter(
      ({ url }) => url.startsWith(ours) && url.endsWith('.ts'),
    )) {
      const file = fileURLToPath(script.url);
      const length = lengths.get(file) ?? readFileSync(file, 'utf8').length;
      lengths.set(file, length);
      if (!isAsItStands(script, length)) continue;
      const known = merged.get(file);
      const both = known === undefined ? script : mergeScriptCovs([known, script]);
      if (both !== undefined) merged.set(file, both);
    }
  }
  return merged;
}

/** Of a process that was not allowed to write so much (tests of a full disk), or was killed while it wrote, nothing is known. */
function readProcess(file: string): readonly ScriptCov[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { result: ScriptCov[] }).result;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * Node strips types in place, and every offset stays. What Playwright translated before it had read its configuration is
 * another text under the same name.
 */
function isAsItStands({ functions, url }: ScriptCov, length: number): boolean {
  const ends = functions.find(({ functionName }) => functionName === '')?.ranges[0]?.endOffset ?? 0;
  return ends === length || ends === length + `\n\n//# sourceURL=${url}`.length;
}
