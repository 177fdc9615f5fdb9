/** `contracts/objectives.yaml` → the objectives in it, or every problem that it has. */
import path from 'node:path';
import { formatProblem, InputError, type Problem } from '../../errors.ts';
import { sha256Hex } from '../canonical.ts';
import { inOrder } from '../in-order.ts';
import { toProblems } from '../issues.ts';
import { readSource } from '../yaml-source.ts';
import { listNotUsed, referenceProblems } from './not-used.ts';
import { indexObjects, type ObjectsByKind, problemAt } from './object-index.ts';
import type { Objectives } from './objective.ts';
import { connectionSchema } from './source-schema.ts';
import { splitDocuments } from './split-documents.ts';
import { type ReadOptions, toObjectives } from './to-objectives.ts';

/** `contractsDir` is absolute. undefined where there is no such file. Throws InputError with all problems at once. */
export function readObjectives(contractsDir: string, options: ReadOptions): Objectives | undefined {
  const shownAs = path.posix.join(path.basename(contractsDir), 'objectives.yaml');
  const source = readSource(path.join(contractsDir, 'objectives.yaml'), shownAs);
  if (!source.ok && source.problems.every(({ code }) => code === 'missing-file')) return undefined;
  if (!source.ok) throw new InputError(source.problems);
  return { ...parseObjectives(source.text, shownAs, options), digest: sha256Hex(source.bytes), file: shownAs };
}

/** Throws InputError. */
export function parseObjectives(
  text: string,
  file: string,
  options: ReadOptions,
): Pick<Objectives, 'objectives' | 'notUsed'> {
  const { documents, problems: unread } = splitDocuments(text, file);
  const { objects, problems: invalid } = indexObjects(documents);
  const problems: Problem[] = [...unread, ...invalid];
  // A reference to an object that could not be read is no second mistake.
  if (problems.length === 0) problems.push(...referenceProblems(objects), ...connectionProblems(objects));
  const objectives = [...objects.SLO.values()].flatMap((slo) => toObjectives(slo, objects, options, problems));
  if (problems.length === 0 && objectives.length === 0)
    problems.push({ code: 'objectives', file, line: 1, column: 1, what: 'the file holds no SLO', fix: 'Add one.' });
  if (problems.length > 0) throw new InputError(onceEach(inOrder(problems)));
  return { objectives, notUsed: listNotUsed(objects) };
}

/** An SLI that several SLOs refer to is wrong once. */
function onceEach(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

function connectionProblems(objects: ObjectsByKind): Problem[] {
  return [...objects.DataSource.values()].flatMap(({ data, document }) => {
    if (data.spec.type.toLowerCase() !== 'prometheus') return [];
    const at = ['spec', 'connectionDetails'];
    if ('url' in data.spec.connectionDetails) {
      const fix = 'Write environments.<name>.prometheus.url in system.yaml, or set GATE10_PROMETHEUS_URL.';
      return [problemAt(document, [...at, 'url'], 'the address differs by environment', fix)];
    }
    const checked = connectionSchema.safeParse(data.spec.connectionDetails);
    if (checked.success) return [];
    const value = data.spec.connectionDetails;
    return toProblems(
      checked.error.issues,
      { ...document, value, place: (to) => document.place([...at, ...to]) },
      connectionSchema,
    );
  });
}
