/** Runs the checks of the contract against each mutant: it is killed when they find something and name its operation. */
import { createBehaviours } from '../../../reference-system/backend/faults/alteration.ts';
import { type OpenApiDocument, parseOpenApi } from '../../../src/contract/openapi.ts';
import { checks } from '../generic/checks/all.ts';
import { type OpenTarget, readDocuments, startInProcess } from '../generic/open-target.ts';
import { type Finding, runCheck, type Subject } from '../generic/subject.ts';
import { type Mutation, mutate, mutatedContract, throughSql } from './change-answer.ts';
import type { Mutant } from './mutant.ts';

export interface MutantResult {
  readonly mutant: Mutant;
  /** What names the operation; undefined = the mutant lives. */
  readonly killedBy: Finding | undefined;
  readonly durationMs: number;
}

export interface Stand {
  run(mutant: Mutant): Promise<MutantResult>;
  /** What is found without any mutant: then nothing that is found with one says anything. */
  findWithout(operation: string): Promise<readonly Finding[]>;
  stop(): Promise<void>;
}

type Documents = ReadonlyMap<string, OpenApiDocument>;

/** One backend for all; every mutant meets clients that know nothing of those before it. */
export async function startStand(): Promise<Stand> {
  const mutation: Mutation = { active: undefined, token: '', issued: new Set() };
  const honest = await readDocuments();
  let behaviours: ReturnType<typeof createBehaviours> | undefined;
  const backend = await startInProcess({
    wrap: mutate(mutation),
    alteration: (pool) => {
      const made = createBehaviours(pool, () => performance.now());
      behaviours = made;
      return { ...made, alter: (honest) => throughSql(made.alter(honest), mutation) };
    },
  });
  const within = async (mutant: Mutant | undefined, operation: string): Promise<Finding | undefined> => {
    // Deletions may have ended the one before.
    if (mutant && 'letIn' in mutant.change) mutation.token = (await backend.running.logIn()).token;
    // The same objects as long as nothing in them is changed: their schemas are compiled once for all mutants.
    const documents = (mutant && (await documentsOf(mutant, honest))) ?? honest;
    const target = await backend.open({ documents });
    mutation.active = mutant;
    if (mutant && 'behaviour' in mutant.change) await behaviours?.control.replace([mutant.change.behaviour]);
    try {
      return await firstFinding(target, documents, honest, operation);
    } finally {
      mutation.active = undefined;
      await behaviours?.control.clear();
      target.close();
    }
  };
  return {
    async run(mutant) {
      const startMs = performance.now();
      const killedBy = await within(mutant, mutant.operation);
      return { mutant, killedBy, durationMs: performance.now() - startMs };
    },
    findWithout: async (operation) => [await within(undefined, operation)].filter((one) => one !== undefined),
    stop: () => backend.stop(),
  };
}

async function documentsOf({ change }: Mutant, honest: Documents): Promise<Documents | undefined> {
  if (!('contract' in change)) return undefined;
  const changed = await parseOpenApi(mutatedContract(change.contract), 'backend.yaml');
  const [service = 'api'] = honest.keys();
  return new Map([[service, changed]]);
}

/**
 * An operation that the changed contract does not know any more is asked as the unchanged one has it, as every test does
 * that was written before: what comes back is judged by the changed one.
 */
async function firstFinding(
  target: OpenTarget,
  documents: Documents,
  honest: Documents,
  key: string,
): Promise<Finding | undefined> {
  const subject = subjectOf(target, documents, key) ?? subjectOf(target, honest, key);
  if (subject === undefined) throw new Error(`There is no operation ${key}.`);
  for (const check of checks) {
    if (!check.applies(subject)) continue;
    const found = (await runCheck(check, subject)).find((finding) => names(finding, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function subjectOf(target: OpenTarget, documents: Documents, key: string): Subject | undefined {
  for (const [service, document] of documents) {
    const operation = document.operations.find((one) => one.key === key);
    if (operation !== undefined) return { target, service, document, operation, seed: 1 };
  }
  return undefined;
}

function names({ operation, message }: Finding, key: string): boolean {
  return operation === key && message.startsWith(key);
}
