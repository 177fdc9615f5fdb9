/** The cases of one parser in this process: the saved corpus first, then what chance makes of right inputs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { inputsOf } from './damage.ts';
import type { FuzzParser, Outcome } from './fuzz-parser.ts';

/** of processor time; a case that takes longer is a finding */
export const LIMIT_MS = 1000;
const CORPUS = path.join(import.meta.dirname, '../corpora/fuzz');
/** Each round has a seed of its own, so that a finding is repeated without the rounds before it. */
const ROUND = 5000;

export interface Cases {
  readonly cases: number;
  readonly seed: number;
  /** an empty folder of its own */
  readonly folder: string;
  /** of one case, processor time */
  readonly limitMs?: number;
  /** a finding is made smaller, unless this is false */
  readonly shrink?: boolean;
  /** before and after each case */
  readonly watch?: { readonly begin: (bytes: Uint8Array) => void; readonly end: () => void };
}

export interface Found {
  readonly seed: number;
  /** shrunk, where chance made it */
  readonly bytes: Uint8Array;
  readonly why: string;
}

export interface CasesResult {
  readonly cases: number;
  readonly corpus: number;
  /** share of the cases that were taken, 0 to 1 */
  readonly read: number;
  readonly slowestMs: number;
  readonly finding?: Found;
}

export function corpusOf(name: string): string[] {
  const folder = path.join(CORPUS, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => path.join(folder, file));
}

/** Processor time of this thread, so that other work on the machine does not count. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export async function runCases(
  parser: FuzzParser,
  { cases, seed, folder, watch, shrink = true, limitMs = LIMIT_MS }: Cases,
): Promise<CasesResult> {
  const reader = parser.open(folder);
  const counts = { cases: 0, read: 0, slowestMs: 0 };
  const one = async (bytes: Uint8Array): Promise<void> => {
    watch?.begin(bytes);
    const startMs = spentMs();
    let outcome: Outcome;
    try {
      const answer = reader(bytes);
      outcome = typeof answer === 'string' ? answer : await answer;
    } finally {
      watch?.end();
      counts.slowestMs = Math.max(counts.slowestMs, spentMs() - startMs);
    }
    if (spentMs() - startMs > limitMs) throw new Error(`it took ${Math.round(spentMs() - startMs)} ms`);
    counts.cases += 1;
    if (outcome === 'read') counts.read += 1;
  };
  const result = (corpus: number, finding?: Found): CasesResult => ({
    ...{
      cases: counts.cases - corpus,
      corpus,
      slowestMs: counts.slowestMs,
      read: counts.read / Math.max(1, counts.cases),
    },
    ...(finding && { finding }),
  });
  const saved = corpusOf(parser.name);
  for (const file of saved) {
    const bytes = readFileSync(file);
    const why = await reasonOf(one(bytes));
    if (why !== undefined) return result(saved.length, { seed, bytes, why: `${path.basename(file)}: ${why}` });
  }
  // What is never taken is fuzzed at its front door only.
  for (const sample of await parser.samples()) await one(Buffer.from(sample));
  if (counts.read === 0) throw new Error(`no sample of ${parser.name} is a right one`);
  const inputs = await inputsOf(parser);
  for (let done = 0, round = 0; done < cases; done += ROUND, round += 1) {
    const numRuns = Math.min(ROUND, cases - done);
    const details = await fc.check(fc.asyncProperty(inputs, one), {
      ...{ seed: seed + round, numRuns, endOnFailure: !shrink },
    });
    if (!details.failed) continue;
    const [bytes] = details.counterexample ?? [new Uint8Array()];
    const why = messageOf(details.errorInstance);
    return result(saved.length, { seed: seed + round, bytes, why });
  }
  return result(saved.length);
}

async function reasonOf(done: Promise<void>): Promise<string | undefined> {
  return done.then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place =
    error.name === 'Finding'
      ? ''
      : ` ${
          (error.stack ?? '')
            .split('\n')
            .find((line) => /\/src\//.test(line))
            ?.trim() ?? ''
        }`;
  return `${error.name}: ${error.message.slice(0, 600)}${place}`;
}
