/** Random requests for every operation: none may be answered with 5xx or against the contract. */
import fc from 'fast-check';
import type { Operation } from '../../../src/contract/openapi.ts';
import { askAs, isReachable } from '../generic/checks/input.ts';
import type { OpenTarget } from '../generic/open-target.ts';
import { flawsOfAccepted, flawsOfRefused } from '../generic/refusal.ts';
import { type ApiCheck, type Finding, runCheck, type Subject, toFinding } from '../generic/subject.ts';
import { validDraft } from '../generic/valid-draft.ts';
import { applyChanges, type FuzzCase, fuzzCase } from './fuzz-case.ts';

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Only these, e.g. `GET /jobs`; default: all. */
  readonly operations?: readonly string[];
}

export interface FuzzResult {
  readonly cases: number;
  /** how many cases each operation had */
  readonly operations: ReadonlyMap<string, number>;
  /** answers by status */
  readonly statuses: ReadonlyMap<number, number>;
  /** each once, shrunk to the smallest request that shows it */
  readonly findings: readonly Finding[];
}

interface Tally {
  readonly operations: Map<string, number>;
  readonly statuses: Map<number, number>;
}

/** The same seed gives the same cases. After a finding it goes on without it, until all cases are used. */
export async function runFuzz(target: OpenTarget, options: FuzzOptions): Promise<FuzzResult> {
  const subjects = listSubjects(target, options);
  if (subjects.length === 0) throw new Error('There is no operation that could be asked.');
  const tally: Tally = { operations: new Map(), statuses: new Map() };
  const found = new Map<string, Finding>();
  let left = options.cases;
  for (let round = 0; left > 0; round++) {
    let last: readonly Finding[] = [];
    const property = fc.asyncProperty(fuzzCase, async (one) => {
      const fresh = (await tryCase(subjects, one, tally)).filter((finding) => !found.has(kindOf(finding)));
      if (fresh.length === 0) return true;
      last = fresh;
      return false;
    });
    const result = await fc.check(property, { seed: options.seed + round, numRuns: left });
    left -= result.numRuns;
    // Shrinking ends at the smallest case that still fails: it was the last to fail.
    for (const finding of last) found.set(kindOf(finding), finding);
    if (!result.failed) break;
  }
  return { cases: options.cases - Math.max(0, left), ...tally, findings: [...found.values()] };
}

function listSubjects(target: OpenTarget, { seed, operations }: FuzzOptions): Subject[] {
  const all = [...target.documents].flatMap(([service, document]) =>
    document.operations.map((operation): Subject => ({ target, service, document, operation, seed })),
  );
  const wanted = all.filter((subject) => isReachable(subject) && (operations?.includes(subject.operation.key) ?? true));
  return wanted.flatMap((subject) => Array.from({ length: shareOf(subject.operation) }, () => subject));
}

/** What takes input has more that can be wrong. */
function shareOf({ parameters, requestBody }: Operation): number {
  return 1 + Math.min(2, parameters.length) + (requestBody === undefined ? 0 : 4);
}

async function tryCase(subjects: readonly Subject[], one: FuzzCase, tally: Tally): Promise<readonly Finding[]> {
  const base = subjects[one.operation % subjects.length];
  if (base === undefined) return [];
  const subject = { ...base, seed: one.seed };
  count(tally.operations, subject.operation.key);
  return runCheck(toCheck(one, tally), subject);
}

function toCheck(one: FuzzCase, tally: Tally): ApiCheck {
  return {
    name: 'fuzz',
    applies: () => true,
    run: async (subject) => {
      const options = { seed: one.seed, optionals: one.optionals / 4, examples: one.seed % 2 === 0 };
      const draft = await validDraft(subject, options);
      const asked = draft && (await askAs(subject, applyChanges(draft, one.changes)));
      if (asked === undefined) return [];
      const { answer, allowed, request } = asked;
      count(tally.statuses, answer.status);
      const { contract } = subject.target.system;
      const stricter = contract.integration?.stricter.includes(subject.operation.key) === true;
      const lenient = allowed === undefined || contract.endpoints.lenient.includes(subject.operation.key);
      const flaws =
        allowed === true
          ? flawsOfAccepted('what is sent', answer, stricter)
          : flawsOfRefused('what is sent', answer, subject.operation, lenient);
      return flaws.map((flaw) => toFinding(subject, 'fuzz', flaw, request));
    },
  };
}

/** Two requests that go wrong in the same way are one finding. */
function kindOf({ message }: Finding): string {
  return message.replaceAll(/\d+/g, '#').slice(0, 160);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
